"""Reads a mail from standard input and checks it with programs that are not ours: that Python's mail parser finds no defect
in it, and, with arguments NAME=RECORD (a DNS name and its TXT record), that every DKIM signature in it is right.
Prints the number of signatures, and the headers that the first one signs."""

import email
import email.policy
import sys

import dkim

mail = sys.stdin.buffer.read()
assert all(len(line) <= 999 for line in mail.split(b"\n")), "a line is too long"
assert b"\n" not in mail.replace(b"\r\n", b""), "a line break stands alone"
for part in email.message_from_bytes(mail, policy=email.policy.strict).walk():
    assert not part.defects, part.defects

records = dict(argument.split("=", 1) for argument in sys.argv[1:])
look_up = lambda name, timeout=5: records[name.decode().rstrip(".")].encode()
verifier = dkim.DKIM(mail)
count = sum(1 for name, _ in verifier.headers if name.lower() == b"dkim-signature")
for index in range(count):
    assert dkim.DKIM(mail).verify(idx=index, dnsfunc=look_up), f"signature {index + 1} is wrong"
signed = email.message_from_bytes(mail)["DKIM-Signature"] or ""
names = [tag for tag in "".join(signed.split()).split(";") if tag.startswith("h=")]
print(count, "".join(names).lower())
