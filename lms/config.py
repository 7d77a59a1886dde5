"""The settings of an installation: read once from the environment, checked, and given to whoever needs them."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from scorm.archive import Limits

if TYPE_CHECKING:
    from collections.abc import Mapping


class SettingsError(ValueError):
    """A setting has a value that cannot work; the message names the setting and the cure."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an installation can be told. Each field is the environment variable ``BOUQUET_<NAME>``."""

    data: Path = field(metadata={"help": "Folder of the installation: database, files, secret key."})
    database: str = field(default="", metadata={"help": "postgresql://… ; empty: SQLite (WAL) in the data folder."})
    files: str = field(default="", metadata={"help": "s3://bucket/prefix ; empty: a folder in the data folder."})
    s3_endpoint: str = field(default="", metadata={"help": "Address of an S3-compatible server, when not AWS."})
    redis: str = field(default="", metadata={"help": "redis://… for jobs and rate limits; empty: embedded (SQLite)."})
    secret_key: str = field(
        default="", metadata={"help": "Signs sessions and links; empty: made once and kept in the data folder."}
    )
    url: str = field(default="http://127.0.0.1:8000", metadata={"help": "Public address of the application."})
    content_host: str = field(
        default="localhost",
        metadata={"help": "Host (with its port if any) under which packages are served, one sub-domain each: *.HOST."},
    )
    content_wildcard: bool = field(
        default=True,
        metadata={"help": "no: packages share one content host, whose storage is cleared at each launch."},
    )
    smtp: str = field(
        default="",
        metadata={"help": "smtp://user:password@host:587 ; empty: mail is kept and shown to administrators."},
    )
    mail_from: str = field(default="Bouquet <ne-pas-repondre@example.org>", metadata={"help": "Sender of the mails."})
    proxies: int = field(default=0, metadata={"help": "How many trusted proxies stand before the application."})
    demo: bool = field(default=False, metadata={"help": "yes: the demo accounts and the mail view /_mail are shown."})
    upload_limit_mb: int = field(default=2048, metadata={"help": "Largest upload accepted, in MiB."})

    upload_chunk_mb: int = field(default=8, metadata={"help": "Size of the pieces that browsers send, in MiB."})
    upload_hours: int = field(
        default=48, metadata={"help": "How long an upload that was interrupted waits to be taken up again, in hours."}
    )
    uploads_waiting: int = field(
        default=10, metadata={"help": "How many uploads of one person may wait at a time, unfinished or undecided."}
    )
    disk_reserve_mb: int = field(
        default=512, metadata={"help": "Uploads are refused when they would leave less free space than this, in MiB."}
    )
    package_files: int = field(default=20_000, metadata={"help": "Most files in a package."})
    package_mb: int = field(default=4096, metadata={"help": "Largest package once opened, in MiB."})
    package_ratio: int = field(
        default=200, metadata={"help": "How many times its stored size a package of over 8 MiB may inflate to."}
    )

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.data / 'bouquet.sqlite3'}"

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def package_limits(self) -> Limits:
        """What an archive that comes in may cost."""
        size = self.package_mb << 20
        return Limits(self.package_files, size, size, float(self.package_ratio))

    @property
    def https(self) -> bool:
        return self.url.startswith("https:")


def load_settings(
    data: Path | str | None = None, environ: Mapping[str, str] | None = None, **overrides: object
) -> Settings:
    """Read the settings from ``BOUQUET_*`` variables; ``data`` and ``overrides`` win. SettingsError names what is wrong."""
    env = os.environ if environ is None else environ
    values: dict[str, object] = {}
    for name, setting in Settings.__dataclass_fields__.items():
        text = env.get(f"BOUQUET_{name.upper()}")
        if text is None or name == "data":
            continue
        values[name] = _parse(name, str(setting.type), text)
    values.update(overrides)
    values["data"] = Path(data or env.get("BOUQUET_DATA") or "data").resolve()
    settings = Settings(**values)  # type: ignore[arg-type]
    if not settings.url.startswith(("http://", "https://")):
        raise SettingsError(f"BOUQUET_URL must start with http:// or https://, not {settings.url!r}")
    return settings


def _parse(name: str, kind: str, text: str) -> object:
    if kind == "bool":
        if text.lower() not in {"1", "0", "yes", "no", "true", "false", "on", "off"}:
            raise SettingsError(f"BOUQUET_{name.upper()} must be yes or no, not {text!r}")
        return text.lower() in {"1", "yes", "true", "on"}
    if kind == "int":
        if not text.isdigit():
            raise SettingsError(f"BOUQUET_{name.upper()} must be a whole number, not {text!r}")
        return int(text)
    return text


def prepare_data_folder(settings: Settings) -> Settings:
    """Make the data folder and its secret key if need be; SettingsError when the folder cannot be written."""
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        probe = settings.data / ".probe"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise SettingsError(
            f"The data folder {settings.data} cannot be written ({error.strerror}). "
            "Choose another one with --data DIR or BOUQUET_DATA, or change its permissions."
        ) from error
    if settings.secret_key:
        return settings
    key_file = settings.data / "secret_key"
    if not key_file.exists():
        descriptor = os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return replace(settings, secret_key=key_file.read_text().strip())
