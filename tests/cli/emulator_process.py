"""A `kontor emulator` for the tests that speak to a venue."""

import json
import subprocess

from kontor_process import program

PASSPHRASE = "correct horse battery"


class Emulator:
    """A running `kontor emulator`; `address` by product."""

    def __init__(self, venue, *arguments):
        self.process = subprocess.Popen([program(), "emulator", "--venue", venue, "--port", "0", "--json", *arguments],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        told = json.loads(self.process.stdout.readline())
        told = told.get("venues", told)[venue]
        urls = told["urls"]
        self.address = {"spot": urls.get("spot_rest", urls.get("rest")), "linear": urls.get("linear_rest", urls.get("rest"))}
        self.streams = {"spot": urls.get("spot_streams"), "linear": urls.get("linear_streams")}
        self.key = told["keys"][0]

    def credentials(self):
        """Key and secret of an account."""
        return self.key["key"], self.key["secret"]

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
        self.process.stdout.close()
