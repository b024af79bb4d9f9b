"""A field app that follows the OpenRosa pages to the letter: HEAD before POST, digest on challenge, several posts."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from PIL import Image

ROOT = "/api/openrosa"
LIST = "{http://openrosa.org/xforms/xformsList}"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"
RESPONSE = "{http://openrosa.org/http/response}"


def md5(text: str | bytes) -> str:
    return hashlib.md5(text if isinstance(text, bytes) else text.encode()).hexdigest()


@dataclass
class Phone:
    """One officer's phone. `accept` is the largest posting that the server told it of."""

    username: str
    password: str
    accept: int = 10_000_000
    web: Client = field(default_factory=Client)

    def ask(self, method: str, path: str, **more: Any) -> HttpResponse:
        headers = {"X-OpenRosa-Version": "1.0", "Date": "Mon, 02 Mar 2026 01:00:00 GMT"}
        first = (
            self.web.generic(method, path, headers=headers)
            if method != "POST"
            else self.web.post(path, headers=headers)
        )
        assert first.status_code == 401, first.status_code
        headers["Authorization"] = self.digest(method, path, first["WWW-Authenticate"])
        if method == "POST":
            return self.web.post(path, more["data"], headers=headers)
        return self.web.generic(method, path, headers=headers)

    def digest(self, method: str, path: str, challenge: str, **other: str) -> str:
        offered = dict(re.findall(r'(\w+)="([^"]*)"', challenge.partition("Basic")[0]))
        ha1 = md5(f"{self.username}:{offered['realm']}:{self.password}")
        nc, cnonce = "00000001", "0a4f113b"
        response = md5(f"{ha1}:{offered['nonce']}:{nc}:{cnonce}:auth:{md5(f'{method}:{path}')}")
        said = {"username": self.username, "realm": offered["realm"], "nonce": offered["nonce"], "uri": path}
        said |= {"response": response, "cnonce": cnonce, **other}
        return "Digest " + ", ".join(f'{key}="{value}"' for key, value in said.items()) + f", qop=auth, nc={nc}"

    def forms(self) -> list[dict[str, str]]:
        answer = self.ask("GET", f"{ROOT}/formList")
        assert answer.status_code == 200 and answer["Content-Type"] == "text/xml; charset=utf-8"
        root = ElementTree.fromstring(answer.content)
        assert root.tag == f"{LIST}xforms"
        return [{child.tag.removeprefix(LIST): child.text or "" for child in form} for form in root]

    def fetch(self, url: str, hash: str = "") -> bytes:
        answer = self.ask("GET", url.removeprefix("http://testserver"))
        assert answer.status_code == 200, answer.content
        assert not hash or hash == f"md5:{md5(answer.content)}"
        return answer.content

    def media(self, form: dict[str, str]) -> dict[str, bytes]:
        root = ElementTree.fromstring(self.fetch(form["manifestUrl"]))
        files = [{child.tag.removeprefix(MANIFEST): child.text or "" for child in one} for one in root]
        return {one["filename"]: self.fetch(one["downloadUrl"], one["hash"]) for one in files}

    def send(self, xml: str | bytes, **files: bytes) -> HttpResponse:
        """HEAD, then POST; a photo's name is the keyword with its last underscore as a dot."""
        before = self.ask("HEAD", f"{ROOT}/submission")
        assert before.status_code == 204 and before["X-OpenRosa-Version"] == "1.0"
        self.accept = int(before["X-OpenRosa-Accept-Content-Length"])
        path = before["Location"].removeprefix("http://testserver")
        return self.post(xml, path, **files)

    def post(self, xml: str | bytes, path: str = f"{ROOT}/submission", **files: bytes) -> HttpResponse:
        content = xml if isinstance(xml, bytes) else xml.encode()
        parts: dict[str, Any] = {"xml_submission_file": SimpleUploadedFile("form.xml", content, "text/xml")}
        for name, photo in files.items():
            file_name = ".".join(name.rsplit("_", 1))
            parts[file_name] = SimpleUploadedFile(file_name, photo, "image/jpeg")
        return self.ask("POST", path, data=parts)


def message(answer: HttpResponse) -> tuple[str, str]:
    """Nature and words of an OpenRosaResponse."""
    root = ElementTree.fromstring(answer.content)
    assert root.tag == f"{RESPONSE}OpenRosaResponse"
    return root[0].get("nature", ""), root[0].text or ""


def photo(colour: str = "red") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(buffer, "JPEG")
    return buffer.getvalue()


def filled(
    form: bytes, target: int, *, instance: str = "uuid:3f1c0a52-9d60-4a1e-8a3e-111111111111", **more: str
) -> str:
    """The form's own primary instance with a household's answers, as a device would write it."""
    found = re.search(rb'<data [^>]*?id="([^"]+)" version="([^"]+)"', form)
    assert found, form
    head = f'id="{found[1].decode()}" version="{found[2].decode()}"'
    spaces = 'xmlns:orx="http://openrosa.org/xforms" xmlns:jr="http://openrosa.org/javarosa"'
    others = "".join(f"<{name}>{text}</{name}>" for name, text in more.items())
    return f"""<?xml version='1.0'?>
<data {spaces} {head}>
  <start>2026-03-02T08:41:00.000+08:00</start><end>2026-03-02T08:55:00.000+08:00</end>
  <guanjia_subject>{target}</guanjia_subject>
  <home><phone>13900000009</phone><people_count>2</people_count></home>
  <people jr:template=""><call_name/><age/><is_elder/></people>
  <people><call_name>奶奶</call_name><age>72</age><is_elder>1</is_elder></people>
  <people><call_name>孙子</call_name><age>8</age><is_elder>0</is_elder></people>
  <elders>1</elders><day_care>yes</day_care><needs>lift other</needs><other_need>楼道灯</other_need>{others}
  <orx:meta><orx:instanceID>{instance}</orx:instanceID></orx:meta>
</data>"""
