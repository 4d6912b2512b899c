"""`rung report RUN --as html`: the page of real runs, and what a browser makes of it."""
import base64
import hashlib
import html.parser
import json
import re
import shutil
import subprocess
import unittest

import harness
from harness import ENVIRONMENT, FAIL, PASS, USAGE, RungTest, rung

SHORT = ("--ues", 200, "--rate", 100, "--duration", "1s", "--warm-up", "0s")
SIMULATED = (*SHORT, "--transport", "sim")


class Page(html.parser.HTMLParser):
    """What the tests look at: tags with their attributes, text by tag, ids and links."""

    VOID = {"meta", "link", "br", "input", "img", "hr"}

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.pieces = [], [], {}
        self.feed(text)
        self.text = {tag: "".join(pieces) for tag, pieces in self.pieces.items()}

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in self.VOID:
            self.open.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        for tag, _ in self.open:
            self.pieces.setdefault(tag, []).append(data)

    def attributes(self, tag, name):
        return [attributes[name] for t, attributes in self.tags if t == tag and name in attributes]

    def classes(self, tag):
        return [attributes.get("class", "") for t, attributes in self.tags if t == tag]


class Reports(RungTest):
    def report(self, done):
        out = self.directory / "report.html"
        shown = rung("report", done.directory, "--as", "html", "--output", out)
        self.assert_code(shown, done.code)
        self.assertEqual(shown.out, "")
        return out

    def test_a_failed_run_shows_the_messages_of_what_failed(self):
        done = self.run_load(*SIMULATED, "--fault", "report-wrong-rp-mr")
        self.assert_code(done, FAIL)
        text = self.report(done).read_text()
        page = Page(text)
        self.assertIn("Fail", page.text["h1"])
        finding = done.result["findings"][0]
        self.assertIn("req-24.011-8.2.3-a", page.attributes("tr", "id"))
        self.assertIn("finding-24.011-8.2.3-a", page.attributes("section", "id"))
        self.assertIn(f"f1-frame-{finding['frame']}", page.attributes("li", "id"))
        marked = re.search(
            r'<tr class="marked fail"><th scope="row">RP-Message-Reference</th>'
            r'<td class="octets">(..)</td><td><bdi>(\d+)</bdi>',
            text,
        )
        self.assertIsNotNone(marked)
        self.assertEqual(marked.group(2), finding["actual"])
        self.assertEqual(int(marked.group(1), 16), int(finding["actual"]))
        self.assertEqual(rung("report", done.directory, "--as", "html").out, text)

    def test_a_run_that_passed_shows_an_example_of_each_ladder(self):
        done = self.run_load(*SIMULATED)
        self.assert_code(done, PASS)
        page = Page(self.report(done).read_text())
        self.assertIn("Pass", page.text["h1"])
        self.assertEqual(page.classes("div").count("evidence"), 2)  # mo_to_mt and register
        self.assertNotIn("tag fail", page.classes("span"))
        labels = page.text["summary"]
        for message in ("MESSAGE RP-DATA SMS-SUBMIT", "MESSAGE RP-DATA SMS-DELIVER", "REGISTER"):
            self.assertIn(message, labels)

    def test_a_ladder_of_the_users_is_drawn_though_its_file_is_gone(self):
        own = self.directory / "own.ladder"
        own.write_text((harness.ROOT / "docs/examples/submit_202.ladder").read_text())
        done = self.run_load(*SIMULATED, "--ladder", own, "--mix", "submit_202=1")
        self.assert_code(done, PASS)
        own.unlink()
        page = self.report(done).read_text()
        self.assertIn("<title>submit_202: A short message, answered as our contract says", page)
        self.assertNotIn("not at hand", page)

    def test_a_run_directory_may_move_and_a_capture_may_be_missing(self):
        done = self.run_load(*SIMULATED, "--fault", "F03")
        before = self.report(done).read_text()
        moved = self.directory / "elsewhere"
        done.directory.rename(moved)
        done.directory = moved
        self.assertEqual(self.report(done).read_text(), before)
        (moved / "capture.pcapng").write_bytes(b"no capture")
        self.assertIn("No message of this session was kept.", self.report(done).read_text())
        (moved / "capture.pcapng").unlink()
        self.assertIn("No message of this session was kept.", self.report(done).read_text())

    def test_frames_in_the_capture_say_which_step_they_are(self):
        done = self.run_load(*SIMULATED, "--fault", "F03")
        text = self.report(done).read_text()
        first = text[text.index('<ol class="messages">') :]
        first = first[: first.index("</ol>")]
        steps = re.findall(r'<span class="step">(.*?)</span>', first)
        self.assertEqual(sorted(steps), [f"s{i}" for i in range(1, 9)])

    def test_what_cannot_be_written_or_rendered_is_said(self):
        done = self.run_load(*SIMULATED)
        shown = rung("report", done.directory, "--as", "html", "--output", "/nowhere/x.html")
        self.assert_code(shown, ENVIRONMENT)
        self.assertIn("/nowhere/x.html", shown.err)
        self.assert_code(rung("report", done.directory, "--as", "svg"), USAGE)

    def test_the_script_is_the_one_that_the_page_lets_run(self):
        done = self.run_load(*SIMULATED)
        page = self.report(done).read_text()
        script = re.search(r"<script>(.*?)</script>", page, re.DOTALL).group(1)
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        self.assertIn(f"script-src 'sha256-{digest}'", page)


@unittest.skipUnless(shutil.which("chromium"), "chromium is not installed")
class Browser(RungTest):
    """The page as Chromium has it once it is loaded."""

    def browse(self, page, *words):
        net_log = self.directory / "net.json"
        done = subprocess.run(
            [
                "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
                "--disable-background-networking", "--disable-component-update",
                f"--user-data-dir={self.directory / 'profile'}", f"--log-net-log={net_log}",
                "--enable-logging=stderr", "--virtual-time-budget=2000", *words, f"file://{page}",
            ],
            capture_output=True, text=True, timeout=120, check=True,
        )  # fmt: skip
        said = [
            line
            for line in done.stderr.splitlines()
            if "CONSOLE" in line and "source: chrome:" not in line  # the browser about itself
        ]
        return done.stdout, said, net_log

    def requests(self, net_log):
        """Addresses that the page itself asked for; what the browser wants is its own affair."""
        events = json.loads(net_log.read_text())["events"]
        found = {e.get("params", {}).get("url", "") for e in events}
        initiated = {
            e["params"]["url"]
            for e in events
            if str(e.get("params", {}).get("initiator", "")).startswith("file:")
            and "url" in e["params"]
        }
        return found, initiated

    def test_it_loads_without_an_error_or_a_request_and_its_filter_works(self):
        done = self.run_load(*SIMULATED, "--fault", "F03", "--fault", "report-wrong-rp-mr")
        page = self.directory / "report.html"
        rung("report", done.directory, "--as", "html", "--output", page)
        dom, said, net_log = self.browse(page, "--dump-dom")
        self.assertEqual(said, [])
        self.assertEqual(self.requests(net_log)[1], set())

        loaded = Page(dom)
        self.assertIn("Fail", loaded.text["h1"])
        result = done.result
        failed = [r for r in result["requirements"] if r["counts"]["fail"] > 0]
        rows = [a for t, a in loaded.tags if t == "tr" and a.get("id", "").startswith("req-")]
        self.assertEqual(len(rows), len(result["requirements"]))
        self.assertEqual(sum(a.get("class") == "fail" for a in rows), len(failed))
        self.assertEqual(
            sum(t == "details" and a.get("class") == "finding" for t, a in loaded.tags),
            len(result["findings"]),
        )
        self.assertNotIn("hidden", next(a for t, a in loaded.tags if a.get("class") == "filter"))
        judged = sum(r["worst"] != "none" for r in result["requirements"])
        self.assertIn(f"{judged} of {judged}", loaded.text["span"])

    def test_what_a_sut_might_send_runs_nowhere(self):
        done = self.run_load(*SIMULATED, "--fault", "F03")
        file = done.directory / "result.json"
        hostile = '"><script>document.title="owned"</script><img src="http://192.0.2.1/x">'
        result = json.loads(file.read_text())
        for finding in result["findings"]:
            finding["actual"] = finding["path"] = hostile
        result["target"] = result["ladders"][0]["title"] = hostile
        file.write_text(json.dumps(result))
        page = self.directory / "report.html"
        rung("report", done.directory, "--as", "html", "--output", page)
        dom, said, net_log = self.browse(page, "--dump-dom")
        self.assertEqual(said, [])
        self.assertEqual(Page(dom).attributes("img", "src"), [])
        self.assertNotEqual(Page(dom).text["title"].strip(), "owned")
        self.assertFalse(any("192.0.2.1" in url for url in self.requests(net_log)[0]))


if __name__ == "__main__":
    harness.main()
