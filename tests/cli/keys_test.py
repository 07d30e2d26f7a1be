"""The vault of the exchange keys: what its commands do, and that nothing secret is ever printed."""

import json
import os
import pathlib
import re
import signal
import subprocess
import unittest

from kontor_process import KontorTestCase, program
from terminal_case import Terminal

PASSPHRASE = "correct horse battery"
OTHER_PASSPHRASE = "another long passphrase"
KEY, SECRET = "KEYvmPUZE6mv9SD5VNHk4HlWFsOr6aKE", "SECRETinhP8A4BiAq8Cqhd3tXWbyPPUq"
NEW_KEY, NEW_SECRET = "KEYnewT8yFq2mWcX7bLr5sJd9gAe3uVh", "SECRETnewZ6pQk1tYx4nCw8oRf5iMb2"
SECRETS = (PASSPHRASE, OTHER_PASSPHRASE, KEY, SECRET, NEW_KEY, NEW_SECRET)


class KeysTestCase(KontorTestCase):
    def setUp(self):
        super().setUp()
        self.vault = self.folder / "own" / "keys.vault"
        self.files = 0

    def secret_file(self, *lines):
        self.files += 1
        return self.write(f"secret-{self.files}", "".join(f"{line}\n" for line in lines))

    def keys(self, command, *arguments, code=0, passphrase=PASSPHRASE, key=None, new_passphrase=None):
        """Runs `kontor keys COMMAND` as a script would: secrets come through descriptors that bash opens."""
        line = ["keys", command, *map(str, arguments), "--vault", str(self.vault)]
        redirections = ""
        for number, option, lines in ((3, "--passphrase-fd", passphrase and [passphrase]), (4, "--from-fd", key),
                                      (5, "--new-passphrase-fd", new_passphrase and [new_passphrase])):
            if lines is not None:
                line += [option, str(number)]
                redirections += f" {number}<'{self.secret_file(*lines)}'"
        process = subprocess.run(["bash", "-c", f'exec "$0" "$@"{redirections}', program(), *line], text=True,
                                 stdin=subprocess.DEVNULL, capture_output=True, timeout=120, start_new_session=True)
        self.out, self.err = process.stdout, process.stderr
        for secret in SECRETS:
            self.assertNotIn(secret, self.out + self.err)
        self.assertEqual(process.returncode, code, f"{line}\nstdout: {self.out}\nstderr: {self.err}")
        return self.out

    def refuses(self, code, says, *arguments, **options):
        self.keys(*arguments, code=code, **options)
        self.assertEqual(self.out, "")
        self.assertIn(says, self.err)

    def listed(self, **options):
        return json.loads(self.keys("list", "--json", **options))["keys"]

    def add(self, account="main", *arguments, **options):
        return self.keys("add", "binance", account, *arguments, key=[KEY, SECRET], **options)


class Keys(KeysTestCase):
    def test_a_key_goes_in_and_its_facts_come_out(self):
        self.add("main", "--network", "emulator")
        self.assertEqual(self.vault.stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.vault.parent.stat().st_mode & 0o777, 0o700)
        key, = self.listed()
        made = subprocess.run(["sha256sum"], input=KEY, text=True, capture_output=True, check=True).stdout[:8]
        self.assertEqual((key["venue"], key["account"], key["slot"], key["network"]),
                         ("binance", "main", "active", "emulator"))
        self.assertEqual((key["fingerprint"], key["age_days"], key["is_old"], key["permissions"]), (made, 0, False, None))
        table = self.keys("list")
        for word in ("VENUE", "binance", "main", "active", "emulator", made, "not checked"):
            self.assertIn(word, table)
        content = self.vault.read_bytes()
        for secret in SECRETS:
            self.assertNotIn(secret.encode(), content)

    def test_adding_twice_is_no_error_and_another_key_is(self):
        self.assertIn("is in the vault", self.add())
        self.assertIn("was in the vault already", self.add())
        self.refuses(2, "has another key already", "add", "binance", "main", key=[NEW_KEY, NEW_SECRET])
        self.assertEqual(len(self.listed()), 1)

    def test_a_rotation_keeps_both_keys_until_it_is_finished(self):
        self.add()
        old, = self.listed()
        begun = json.loads(self.keys("rotate", "binance", "main", "--json", key=[NEW_KEY, NEW_SECRET]))
        self.assertEqual(begun["outcome"], "begun")
        self.assertEqual([key["slot"] for key in self.listed()], ["active", "next"])
        self.refuses(2, "waits", "remove", "binance", "main", "--slot", "active", "--yes")
        self.keys("rotate", "binance", "main", "--finish")
        new, = self.listed()
        self.assertEqual(new["slot"], "active")
        self.assertNotEqual(new["fingerprint"], old["fingerprint"])
        self.refuses(2, "no next key", "rotate", "binance", "main", "--finish")

    def test_a_rotation_can_be_aborted(self):
        self.add()
        before = self.listed()
        self.keys("rotate", "binance", "main", key=[NEW_KEY, NEW_SECRET])
        self.keys("rotate", "binance", "main", "--abort")
        self.assertEqual(self.listed(), before)
        self.assertIn("no new key waited", self.keys("rotate", "binance", "main", "--abort"))
        self.refuses(2, "expected a new key", "rotate", "binance", "main", key=[KEY, SECRET])
        self.refuses(2, "no key of binance/other to replace", "rotate", "binance", "other", key=[NEW_KEY, NEW_SECRET])

    def test_removing_asks_or_wants_a_yes(self):
        self.add()
        self.add("second")
        self.refuses(2, "--yes", "remove", "binance", "main")
        self.assertEqual(len(self.listed()), 2)
        self.keys("remove", "binance", "main", "--yes")
        self.assertEqual([key["account"] for key in self.listed()], ["second"])
        self.refuses(2, "no active key of binance/main", "remove", "binance", "main", "--yes")

    def test_another_passphrase_opens_it_and_the_old_one_no_more(self):
        self.add()
        self.keys("change-passphrase", new_passphrase=OTHER_PASSPHRASE)
        self.refuses(3, "wrong passphrase, or the vault was changed", "list")
        self.assertEqual(len(self.listed(passphrase=OTHER_PASSPHRASE)), 1)
        self.refuses(2, "found the present one", "change-passphrase", passphrase=OTHER_PASSPHRASE,
                     new_passphrase=OTHER_PASSPHRASE)

    def test_weak_passphrases_make_no_vault(self):
        for weak, says in (("short", "at least 12 characters"), ("passwordpassword", "hard to guess"),
                           ("correct horse battery\r", "Windows line ends")):
            self.refuses(2, says, "add", "binance", "main", "--quiet", key=[KEY, SECRET], passphrase=weak)
        self.assertFalse(self.vault.exists())

    def test_what_is_no_key_makes_no_vault(self):
        for lines, says in (([KEY], "expected 2 lines"), (["two words", SECRET], "without blanks"), (["", SECRET], "a key")):
            self.refuses(2, says, "add", "binance", "main", "--quiet", key=lines)
        self.refuses(2, "hyperliquid", "add", "binanc", "main", key=[KEY, SECRET])
        self.refuses(2, "name of an account", "add", "binance", "a/b", key=[KEY, SECRET])
        self.refuses(2, "a network", "add", "binance", "main", "--network", "moon", key=[KEY, SECRET])
        self.assertFalse(self.vault.exists())

    def test_a_third_value_is_read_where_it_was_said(self):
        self.refuses(2, "expected 3 lines", "add", "alpaca", "main", "--extra", "--quiet", key=[KEY, SECRET])
        self.keys("add", "alpaca", "main", "--extra", key=[KEY, SECRET, NEW_SECRET])
        self.assertEqual(len(self.listed()), 1)

    def test_no_vault_no_terminal(self):
        self.refuses(2, "there is no vault at", "list")
        self.add()
        self.refuses(2, "expected a terminal", "list", passphrase=None)
        self.refuses(2, "found one for two", "add", "binance", "main", "--from-fd", "3")

    def test_a_vault_that_others_may_read_is_refused(self):
        self.add()
        self.vault.chmod(0o640)
        self.refuses(2, "nobody else may use it", "list")
        self.vault.chmod(0o600)
        self.vault.parent.chmod(0o755)
        self.refuses(2, "nobody else may use it", "list")

    def test_a_vault_that_was_tampered_with_is_refused(self):
        self.add()
        whole = self.vault.read_bytes()
        for content, says in ((whole[:-1], "cut off"), (b"", "empty file"), (b"no vault", "something else"),
                              (whole[:-40] + bytes([whole[-40] ^ 1]) + whole[-39:], "active key of binance/main"),
                              (whole[:8] + b"\x02" + whole[9:], "newer program"),
                              (whole[:40] + bytes([whole[40] ^ 1]) + whole[41:], "wrong passphrase, or the vault was changed")):
            self.vault.write_bytes(content)
            self.refuses(3, says, "list")
            self.assertIn(str(self.vault), self.err)

    def test_secrets_do_not_come_by_the_command_line(self):
        self.add()
        for words in (["add", "binance", "main", KEY, SECRET], ["list", "--passphrase", PASSPHRASE],
                      ["list", f"--passphrase={PASSPHRASE}"], ["add", "binance", "main", "--key", KEY],
                      ["list", f"--json={SECRET}"]):
            self.refuses(2, "never stand on the command line", *words)
        self.refuses(2, "the number of a descriptor", "list", "--passphrase-fd", PASSPHRASE, passphrase=None)
        self.refuses(2, "the number of a descriptor", "list", "--passphrase-fd", "1", passphrase=None)
        self.refuses(2, "to be open for reading", "list", "--passphrase-fd", "17", passphrase=None)
        self.assertNotRegex(self.keys("add", "--help", passphrase=None), r"--(passphrase|key|secret)\b(?!-fd)")

    def test_the_environment_is_not_asked_for_secrets(self):
        self.add()
        names = [f"{prefix}{name}" for prefix in ("KONTOR_", "KONTOR_VAULT_", "") for name in ("PASSPHRASE", "PASSWORD")]
        process = subprocess.run([program(), "keys", "list", "--vault", str(self.vault)], text=True, capture_output=True,
                                 env={**os.environ, **{name: PASSPHRASE for name in names}}, stdin=subprocess.DEVNULL,
                                 start_new_session=True, timeout=60)
        self.assertEqual(process.returncode, 2, process.stderr)

    def test_the_place_of_the_vault_can_be_chosen(self):
        environment = {**os.environ, "XDG_DATA_HOME": str(self.folder / "data")}
        environment.pop("KONTOR_VAULT", None)
        help_text = subprocess.run([program(), "keys", "list", "--help"], text=True, capture_output=True, env=environment,
                                   check=True).stdout
        self.assertIn(str(self.folder / "data" / "kontor" / "vault" / "keys.vault"), re.sub(r"\s+", "", help_text))
        self.add()
        environment["KONTOR_VAULT"] = str(self.vault)
        with open(self.secret_file(PASSPHRASE), encoding="utf-8") as passphrase:
            shown = subprocess.run([program(), "keys", "list", "--json", "--passphrase-fd", "0"], text=True,
                                   capture_output=True, env=environment, stdin=passphrase, check=True).stdout
        self.assertEqual(json.loads(shown)["vault"], str(self.vault))

    def test_writers_take_turns(self):
        self.add()
        processes = []
        for account in ("a", "b", "c"):
            files = [open(self.secret_file(*lines), encoding="utf-8") for lines in ([PASSPHRASE], [KEY, SECRET])]
            numbers = [file.fileno() for file in files]
            processes.append(self.start("keys", "add", "binance", account, "--vault", self.vault, "--passphrase-fd",
                                        numbers[0], "--from-fd", numbers[1], pass_fds=numbers))
            for file in files:
                file.close()
        for process in processes:
            out, err = process.communicate(timeout=120)
            self.assertEqual(process.returncode, 0, out + err)
        self.assertEqual([key["account"] for key in self.listed()], ["a", "b", "c", "main"])


class KeysAtATerminal(KeysTestCase):
    def terminal(self, command, *arguments):
        terminal = Terminal(["keys", command, *arguments, "--vault", self.vault])
        self.addCleanup(terminal.close)
        self.place = 0
        return terminal

    def answer(self, terminal, question, text):
        self.place = terminal.wait_for(question, self.place)
        terminal.press(text + "\r")

    def ends(self, terminal, code=0):
        self.assertEqual(terminal.end(), code, terminal.output)
        self.assertTrue(terminal.is_as_before())
        return terminal.output

    def add_at_terminal(self, code=0, again=PASSPHRASE):
        terminal = self.terminal("add", "binance", "main")
        self.answer(terminal, "New passphrase", PASSPHRASE)
        self.answer(terminal, "same again", again)
        if code == 0:
            self.answer(terminal, "Key:", KEY)
            self.answer(terminal, "Secret (not shown):", SECRET)
        return self.ends(terminal, code)

    def test_secrets_are_asked_for_and_not_shown(self):
        output = self.add_at_terminal()
        self.assertIn("is in the vault", output)
        self.assertIn(KEY, output)  # the terminal's own echo of what names the key
        for hidden in (PASSPHRASE, SECRET):
            self.assertNotIn(hidden, output)
        terminal = self.terminal("list")
        self.answer(terminal, "Passphrase of", PASSPHRASE)
        output = self.ends(terminal)
        self.assertIn("binance", output)
        self.assertNotIn(PASSPHRASE, output)

    def test_a_passphrase_is_asked_for_twice(self):
        self.assertIn("found two", self.add_at_terminal(code=2, again=OTHER_PASSPHRASE))
        self.assertFalse(self.vault.exists())

    def test_ctrl_c_and_signals_bring_the_terminal_back(self):
        self.add()
        terminal = self.terminal("list")
        terminal.wait_for("Passphrase of")
        self.assertFalse(terminal.is_as_before())  # the echo is off
        terminal.press("half of it\x03")
        self.assertIn("stopped", self.ends(terminal, 130))
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            terminal = self.terminal("list")
            terminal.wait_for("Passphrase of")
            terminal.process.send_signal(number)
            self.assertNotIn("half of it", self.ends(terminal, 130))

    def test_ctrl_z_shows_what_is_typed_again_and_asks_anew(self):
        self.add()
        terminal = self.terminal("list")
        place = terminal.wait_for("Passphrase of")
        terminal.press("half of it\x1a")  # nobody is there who could let it go on: the system does not stop it
        terminal.wait_for("Passphrase of", place)
        terminal.press(PASSPHRASE + "\r")
        self.assertIn("binance", self.ends(terminal))

    def test_the_end_of_input_is_a_refusal_to_answer(self):
        self.add()
        terminal = self.terminal("list")
        terminal.wait_for("Passphrase of")
        terminal.press("\x04")
        self.assertIn("stopped", self.ends(terminal, 130))

    def test_a_wrong_passphrase_is_an_error_and_the_terminal_is_back(self):
        self.add()
        terminal = self.terminal("list")
        self.answer(terminal, "Passphrase of", "wrong")
        self.assertIn("wrong passphrase", self.ends(terminal, 3))

    def test_removing_needs_the_whole_word(self):
        self.add()
        for answer, code in (("y", 130), ("", 130), ("yes", 0)):
            self.assertEqual(len(self.listed()), 1)
            terminal = self.terminal("remove", "binance", "main")
            self.answer(terminal, "Passphrase of", PASSPHRASE)
            self.answer(terminal, "Type yes:", answer)
            self.ends(terminal, code)
        self.assertEqual(self.listed(), [])

    def test_while_it_runs_nobody_can_look_inside(self):
        self.add()
        terminal = self.terminal("list")
        terminal.wait_for("Passphrase of")
        limits = subprocess.run(["prlimit", "--core", "--noheadings", "--output=SOFT,HARD", "--pid",
                                 str(terminal.process.pid)], text=True, capture_output=True, check=False)
        self.assertEqual(limits.stdout.split(), ["0", "0"], limits.stderr)
        if os.geteuid() != 0:  # root may look everywhere
            with self.assertRaises(PermissionError):
                pathlib.Path(f"/proc/{terminal.process.pid}/environ").read_bytes()
        terminal.press("\x03")
        self.ends(terminal, 130)


if __name__ == "__main__":
    unittest.main()
