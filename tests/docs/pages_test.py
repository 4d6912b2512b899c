"""README.md and docs/*.md against the tree: links, folders, options, sections that code cites."""

import os
import re
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PAGES = ["README.md", "CHANGELOG.md"] + sorted(
    "docs/" + name for name in os.listdir(os.path.join(ROOT, "docs")) if name.endswith(".md"))
SOURCES = (".cpp", ".hpp", ".def", ".txt", ".cmake", ".py", ".ladder", ".messages", ".ini")


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8", errors="replace") as file:
        return file.read()


def folders_in(path):
    return {entry.name for entry in os.scandir(os.path.join(ROOT, path)) if entry.is_dir()}


def without_blocks(text):
    return re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)


def without_code(text):
    return re.sub(r"`[^`\n]*`", "", without_blocks(text))


def anchors(text):
    heads = re.findall(r"^#+ (.*)$", without_code(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def source_files():
    for top in ("src", "tests", "scripts", "cmake", "profiles"):
        for folder, _, names in os.walk(os.path.join(ROOT, top)):
            for name in names:
                if name.endswith(SOURCES) or top == "scripts":
                    yield os.path.relpath(os.path.join(folder, name), ROOT)


def section_numbers(text):
    """Sections of the design page, and the rules numbered within them: 3 and (3, 6)."""
    found, section = set(), None
    for line in text.splitlines():
        head = re.match(r"## (\d+)\. ", line)
        rule = re.match(r"(\d+)\. ", line)
        if head:
            section = int(head.group(1))
            found.add(section)
        elif rule and section is not None:
            found.add((section, int(rule.group(1))))
    return found


CITATION = re.compile(r"DESIGN(?:\.md)?,?\s+(?://\s*)?(?:section\s+)?(\d+)"
                      r"(?:(?:\.|,\s+rule\s+)(\d+))?")


class Pages(unittest.TestCase):
    def test_links_lead_somewhere(self):
        for page in PAGES:
            for target in re.findall(r"\]\(([^)\s]+)\)", without_code(read(page))):
                if re.match(r"https?:", target):
                    continue
                path, _, anchor = target.partition("#")
                where = os.path.normpath(os.path.join(os.path.dirname(page), path))
                where = where if path else page
                with self.subTest(page=page, link=target):
                    self.assertTrue(os.path.exists(os.path.join(ROOT, where)), "no such file")
                    if anchor:
                        self.assertIn(anchor, anchors(read(where)))

    def test_paths_in_commands_exist(self):
        pattern = r"(?<![\w/.-])((?:scripts|tests|profiles|docs|dashboards)/[\w/.-]*\w)"
        for page in ("README.md", "docs/DESIGN.md", "docs/STYLE.md"):
            for path in re.findall(pattern, read(page)):
                with self.subTest(page=page, path=path):
                    self.assertTrue(os.path.exists(os.path.join(ROOT, path)), "no such file")

    def test_options_in_commands_exist(self):
        known = set(re.findall(r'RUNG_OPTION\(\w+, "([\w-]+)"', read("src/option.def")))
        known |= {"link"}  # the family link.NAME.KEY of src/link_option.def
        known |= {"check", "no-skip", "rounds"}  # scripts/readme, scripts/check_all, scripts/bench
        for page in PAGES:
            text = re.sub(r"^(kamailio|tshark) .*$", "", read(page), flags=re.MULTILINE)
            for option in re.findall(r"(?<![^\s`(])--([a-z][a-z-]*[a-z])(?![\w-])", text):
                with self.subTest(page=page, option=option):
                    self.assertIn(option, known)

    def test_readme_names_every_folder(self):
        readme = read("README.md").split("## Folders")[1].split("\n## ")[0]
        made = {line.strip("/") for line in read(".gitignore").split()}
        folders = {name for name in folders_in(".") if not name.startswith(".")} - made - {"cmake"}
        folders |= {"src/" + name for name in folders_in("src")}
        for folder in sorted(folders):
            with self.subTest(folder=folder):
                self.assertIn(f"[{folder}]({folder})", readme)
        for part in folders_in("src/engine"):
            with self.subTest(folder="src/engine/" + part):
                self.assertIn(f"`{part}`", readme)

    def test_cited_sections_of_the_design_exist(self):
        there = section_numbers(read("docs/DESIGN.md"))
        cited = 0
        for path in source_files():
            for section, rule in CITATION.findall(read(path)):
                cited += 1
                with self.subTest(path=path, section=section, rule=rule):
                    self.assertIn(int(section), there)
                    if rule:
                        self.assertIn((int(section), int(rule)), there)
        self.assertGreater(cited, 5)

    def test_every_page_has_one_title(self):
        for page in PAGES:
            with self.subTest(page=page):
                titles = re.findall(r"^# ", without_blocks(read(page)), re.MULTILINE)
                self.assertEqual(len(titles), 1)


if __name__ == "__main__":
    unittest.main()
