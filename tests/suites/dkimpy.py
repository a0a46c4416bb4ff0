"""dkimpy as a second opinion, from its Debian package.

record: runs dkimpy's own tests and writes each message that they verify, with the DNS answers they gave and what
        dkimpy said, as one JSON object a line.
verify: reads {"message": base64, "dns": {name: text}, "kind": "dkim" | "arc"} a line and answers with dkimpy's result.
"""
import base64
import contextlib
import io
import json
import sys
import unittest

import dkim

MODULES = ["test_dkim", "test_dkim_ed25519", "test_dkim_rsavariants", "test_arc"]


def text(value):
    return value.decode("latin1") if isinstance(value, bytes) else value


def record():
    cases = []
    state = {"test": ""}

    def note(kind, message, dnsfunc, options, run):
        zone = {}

        def spy(name, timeout=5):
            answer = dnsfunc(name, timeout)
            zone[text(name).rstrip(".")] = text(answer)
            return answer

        said = run(spy)
        cases.append({"test": state["test"], "kind": kind, "message": base64.b64encode(message).decode(),
                      "dns": zone, "minkey": options.get("minkey", 1024), "said": said})

    real_verify = dkim.DKIM.verify
    real_arc = dkim.arc_verify

    def verify(self, idx=0, dnsfunc=dkim.get_txt):
        result = {}

        def run(spy):
            try:
                result["value"] = real_verify(self, idx=idx, dnsfunc=spy)
            except dkim.DKIMException as error:
                result["error"] = error
            return bool(result.get("value"))

        note("dkim", whole(self), dnsfunc, {"minkey": self.minkey}, run)
        if "error" in result:
            raise result["error"]
        return result["value"]

    def whole(self):
        return b"".join(name + b":" + value for name, value in self.headers) + b"\r\n" + self.body

    def arc_verify(message, logger=None, dnsfunc=dkim.get_txt, minkey=1024):
        result = {}

        def run(spy):
            result["value"] = real_arc(message, logger=logger, dnsfunc=spy, minkey=minkey)
            return text(result["value"][0])

        note("arc", message, dnsfunc, {"minkey": minkey}, run)
        return result["value"]

    dkim.DKIM.verify = verify
    dkim.arc_verify = arc_verify

    class Watch(unittest.TextTestResult):
        def startTest(self, test):
            state["test"] = test.id().split("dkim.tests.")[1]
            super().startTest(test)

    suite = unittest.TestSuite(unittest.defaultTestLoader.loadTestsFromName("dkim.tests." + name) for name in MODULES)
    with contextlib.redirect_stdout(io.StringIO()):
        result = unittest.TextTestRunner(stream=io.StringIO(), resultclass=Watch).run(suite)
    print(json.dumps({"tests": result.testsRun, "failed": len(result.failures) + len(result.errors)}))
    for case in cases:
        print(json.dumps(case))


def verify_lines():
    for line in sys.stdin:
        case = json.loads(line)
        message = base64.b64decode(case["message"])

        def dnsfunc(name, timeout=5, case=case):
            answer = case["dns"].get(text(name).rstrip("."))
            return None if answer is None else answer.encode("latin1")

        if case["kind"] == "arc":
            said = text(dkim.arc_verify(message, dnsfunc=dnsfunc)[0])
        else:
            said = dkim.verify(message, dnsfunc=dnsfunc)
        print(json.dumps({"said": said}))


if __name__ == "__main__":
    record() if sys.argv[1] == "record" else verify_lines()
