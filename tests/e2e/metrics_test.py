"""The exporter and the dashboard, by Prometheus itself: it scrapes a run, and its answers are
compared
with what the run recorded."""
import contextlib
import json
import re
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

import harness
from harness import INCONCLUSIVE, PASS, ROOT, RungTest, require, wait_for

# Counters of result.json and the series that must show the same once the run is over.
TOTALS = {
    "sessions_offered": "rung_sessions_offered_total",
    "sessions_started": "rung_sessions_started_total",
    "sessions_passed": 'rung_sessions_total{outcome="pass"}',
    "sessions_failed": 'rung_sessions_total{outcome="fail"}',
    "sessions_refused": 'rung_sessions_total{outcome="refused"}',
    "sessions_timed_out": 'rung_sessions_total{outcome="timeout"}',
    "sm_submitted": "rung_sm_submitted_total",
    "sm_delivered": 'rung_sm_total{fate="delivered"}',
    "sm_lost": 'rung_sm_total{fate="lost"}',
    "sip_sent": 'rung_sip_messages_total{direction="sent"}',
    "sip_received": 'rung_sip_messages_total{direction="received"}',
    "sip_judged": "rung_sip_judged_total",
    "challenges": "rung_digest_challenges_total",
}
# Families whose members come into being with the first event of their kind.
EVENTS_ONLY = ("rung_sip_failures_total", "rung_rp_errors_total")
# Families of runs on SIGTRAN links.
LINKS_ONLY = "rung_link_"


def free_tcp_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


def expressions():
    """(panel, expression) of the dashboard, with its variables as Grafana would fill them for
    All."""
    board = json.loads((ROOT / "dashboards/overview.json").read_text())
    panels = list(board["panels"])
    for panel in panels:
        panels += panel.get("panels", [])
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"].replace("$instance", ".*").replace(
                "$__rate_interval", "10s"
            )


class Prometheus:
    """Debian's Prometheus, scraping one exporter twice a second."""

    def __init__(self, scraped):
        self.place = tempfile.TemporaryDirectory(prefix="rung-prometheus-")
        self.port = free_tcp_port()
        path = f"{self.place.name}/prometheus.yml"
        with open(path, "w") as config:
            config.write(
                "global:\n  scrape_interval: 500ms\n  scrape_timeout: 500ms\nscrape_configs:\n"
                f"  - job_name: rung\n    static_configs:\n      - targets: ['{scraped}']\n"
            )
        self.popen = subprocess.Popen(
            [
                "prometheus",
                f"--config.file={path}",
                f"--storage.tsdb.path={self.place.name}/data",
                f"--web.listen-address=127.0.0.1:{self.port}",
                "--log.level=warn",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.popen.kill()
        self.popen.wait()
        self.place.cleanup()

    def watching(self):
        """True once it scrapes, whether the exporter is there or not: seconds after its start."""
        with contextlib.suppress(OSError):
            get(f"http://127.0.0.1:{self.port}/-/ready")
            return self.query("up")

    def query(self, expression, at=None):
        """Result of an instant query; an expression that does not parse raises."""
        asked = {"query": expression} | ({"time": f"{at:.3f}"} if at else {})
        try:
            answer = json.loads(
                get(f"http://127.0.0.1:{self.port}/api/v1/query?" + urllib.parse.urlencode(asked))
            )
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{expression}: {error.read().decode()}") from error
        assert answer["status"] == "success", answer
        return answer["data"]["result"]

    def number(self, expression, at=None):
        """The single value of an expression; None where it has none."""
        result = self.query(expression, at)
        assert len(result) <= 1, (expression, result)
        return float(result[0]["value"][1]) if result else None

    def last(self, series):
        """The newest value Prometheus has of a series, however long ago the exporter went."""
        result = self.query(f"last_over_time({series}[5m])")
        assert len(result) == 1, (series, result)
        return float(result[0]["value"][1])


class Metrics(RungTest):
    def scraped_run(self, prometheus, exporter, *words, **kwargs):
        """A run of 1400 sessions that Prometheus watches; what it recorded, and an instant of its
        load."""
        with self.start_load(
            "--metrics",
            exporter,
            "--ues",
            1500,
            "--rate",
            200,
            "--duration",
            "7s",
            "--warm-up",
            "0s",
            *words,
            **kwargs,
        ) as run:
            wait_for(
                lambda: prometheus.query("rung_sessions_started_total > 800 < 1400"),
                "800 sessions at Prometheus",
            )
            middle = time.time()
            done = run.wait(40)
        return done, middle

    def test_prometheus_agrees_with_the_result_and_every_panel_of_the_dashboard_has_data(self):
        exporter = f"127.0.0.1:{free_tcp_port()}"
        with Prometheus(exporter) as prometheus:
            wait_for(prometheus.watching, "Prometheus")
            done, middle = self.scraped_run(prometheus, exporter, "--digest")
            self.assert_code(done, PASS)
            result = self.assert_report(done)
            for counter, series in TOTALS.items():
                self.assertEqual(prometheus.last(series), result["totals"][counter], series)
            self.assert_latencies(prometheus, result)
            self.assertEqual(prometheus.last('rung_ues{state="registered"}'), 1500)
            self.assertEqual(prometheus.last("rung_sessions_active"), 0)
            self.assertEqual(prometheus.last('rung_phase{phase="done"}'), 1)
            self.assert_dashboard(prometheus, middle)

    def assert_latencies(self, prometheus, result):
        """Histograms hold every session of the ladder, and their quantiles lie where result.json
        says."""
        for ladder in result["ladders"]:
            for measure in ladder["measures"]:
                labels = f'ladder="{ladder["name"]}",measure="{measure["name"]}"'
                count = prometheus.last(f"rung_latency_seconds_count{{{labels}}}")
                self.assertGreaterEqual(count, measure["corrected"]["count"], labels)
                if ladder["name"] == "mo_to_mt":
                    self.assertEqual(count, ladder["sessions"]["passed"], labels)
                total = prometheus.last(f'rung_latency_seconds_bucket{{{labels},le="+Inf"}}')
                self.assertEqual(total, count, labels)

    def assert_dashboard(self, prometheus, middle):
        seen = 0
        for panel, expression in expressions():
            with self.subTest(panel, expression=expression):
                result = prometheus.query(expression, middle)
                seen += 1
                if not any(name in expression for name in (*EVENTS_ONLY, LINKS_ONLY)):
                    self.assertTrue(result, "no data")
                for sample in result:
                    self.assertNotEqual(sample["value"][1], "NaN")
        self.assertGreater(seen, 30)
        rate = prometheus.number("sum(rate(rung_sessions_started_total[3s]))", middle)
        self.assertAlmostEqual(rate, 200, delta=40)

    def test_refusals_and_rp_errors_are_told_by_code(self):
        exporter = f"127.0.0.1:{free_tcp_port()}"
        with Prometheus(exporter) as prometheus:
            wait_for(prometheus.watching, "Prometheus")
            done, middle = self.scraped_run(
                prometheus, exporter, "--sc-result", "error:21", "--mix", "mo_sc_error=1"
            )
            self.assert_code(done, PASS)
            self.assertEqual(done.result["rp_failures"], [{"code": 21, "count": 1400}])
            self.assertEqual(prometheus.last('rung_rp_errors_total{cause="21"}'), 1400)
            self.assert_panels(prometheus, middle, "rung_rp_errors_total")
            # Unregistered UEs are refused with 403.
            done, middle = self.scraped_run(
                prometheus,
                exporter,
                "--mix",
                "message_only=1",
                directory=self.directory / "refused",
            )
            self.assert_code(done, INCONCLUSIVE)
            refused = done.result["totals"]["sessions_refused"]
            self.assertEqual(prometheus.last('rung_sip_failures_total{status="403"}'), refused)
            self.assert_panels(prometheus, middle, "rung_sip_failures_total")

    def test_links_are_told_by_name(self):
        exporter = f"127.0.0.1:{free_tcp_port()}"
        with Prometheus(exporter) as prometheus:
            wait_for(prometheus.watching, "Prometheus")
            done, middle = self.scraped_run(prometheus, exporter, "--mix", "net_mo=1")
            self.assert_code(done, PASS)
            self.assert_panels(prometheus, middle, LINKS_ONLY)
            (link,) = done.result["links"]
            for name in ("sent", "received", "not_active", "unavailable", "dropped", "downs"):
                count = link["counts"][name]
                series = f'rung_link_{name}_total{{link="{link["name"]}"}}'
                self.assertEqual(prometheus.last(series), count, series)
            self.assertGreaterEqual(link["counts"]["received"], 1400)

    def assert_panels(self, prometheus, middle, family):
        """Every expression over `family` has data."""
        over = [(panel, expression) for panel, expression in expressions() if family in expression]
        self.assertTrue(over)
        for panel, expression in over:
            self.assertTrue(prometheus.query(expression, middle), (panel, expression))

    def first_scrape(self, ues, **kwargs):
        """What the exporter says of a small run once sessions have started."""
        exporter = f"127.0.0.1:{free_tcp_port()}"

        def text():
            with contextlib.suppress(OSError):
                found = get(f"http://{exporter}/metrics")
                started = re.search(r"^rung_sessions_started_total [1-9]\d", found, re.M)
                return found if started else None

        with self.start_load(
            "--metrics", exporter, "--ues", ues, "--rate", 50, "--duration", "20s",
            "--warm-up", "0s", **kwargs
        ):
            return wait_for(text, "a scrape with sessions")

    def test_the_exporters_text_is_as_promtool_wants_it(self):
        found = self.first_scrape(100)
        checked = subprocess.run(
            ["promtool", "check", "metrics"],
            input=found,
            capture_output=True,
            text=True,
            timeout=20,
        )
        complaints = [
            line
            for line in (checked.stdout + checked.stderr).splitlines()
            if line.startswith("rung_")
        ]
        self.assertEqual(complaints, [])
        names = set(re.findall(r"^# TYPE (rung_\w+) ", found, re.M))
        self.assertGreater(len(names), 20)
        for name in names:
            self.assertEqual(len(re.findall(rf"^# HELP {name} ", found, re.M)), 1, name)

    def test_no_label_holds_a_subscriber_or_a_call(self):
        """Series do not grow with the UEs: the same number for 50 and for 500."""
        counts = []
        for ues in (50, 500):
            found = self.first_scrape(ues, directory=self.directory / str(ues))
            counts.append(len(re.findall(r"^rung_", found, re.M)))
        self.assertEqual(counts[0], counts[1])

    def test_a_run_nobody_scraped_waits_for_nobody(self):
        before = time.monotonic()
        done = self.run_load(
            "--metrics",
            f"127.0.0.1:{free_tcp_port()}",
            "--ues",
            50,
            "--rate",
            20,
            "--duration",
            "1s",
            "--warm-up",
            "0s",
            "--metrics-linger",
            "30s",
        )
        self.assert_code(done, PASS)
        self.assertLess(time.monotonic() - before, 15)


if __name__ == "__main__":
    require("prometheus", "promtool")
    harness.main()
