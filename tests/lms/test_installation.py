"""Settings, files, tables: what an installation stands on."""

from __future__ import annotations

import io
import os
import stat

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from lms.config import Settings, SettingsError, load_settings, prepare_data_folder
from lms.db import make_engine, new_id
from lms.models import Base
from lms.schema import current_revision, head_revision, upgrade
from lms.storage import FileStore


def test_settings_come_from_the_environment_and_are_checked(tmp_path):
    settings = load_settings(
        tmp_path, {"BOUQUET_URL": "https://lms.example.org", "BOUQUET_DEMO": "yes", "BOUQUET_PROXIES": "1"}
    )
    assert settings.https
    assert settings.demo
    assert settings.proxies == 1
    for name, value in (("DEMO", "maybe"), ("PROXIES", "one"), ("URL", "lms.example.org")):
        with pytest.raises(SettingsError, match=f"BOUQUET_{name}"):
            load_settings(tmp_path, {f"BOUQUET_{name}": value})


def test_the_secret_key_is_made_once_and_kept_to_oneself(tmp_path):
    first = prepare_data_folder(Settings(data=tmp_path / "new"))
    again = prepare_data_folder(Settings(data=tmp_path / "new"))
    assert first.secret_key == again.secret_key
    assert len(first.secret_key) > 40
    assert stat.S_IMODE((tmp_path / "new" / "secret_key").stat().st_mode) == 0o600


def test_a_folder_that_cannot_be_written_gets_a_message_with_its_cure(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(SettingsError, match="--data DIR"):
        prepare_data_folder(Settings(data=blocked / "inside"))


def test_ids_are_unique_and_ordered_in_time():
    ids = [new_id() for _ in range(500)]
    assert len(set(ids)) == 500
    assert all(one.version == 7 for one in ids)


@pytest.fixture
def store(tmp_path) -> FileStore:
    return FileStore(Settings(data=tmp_path))


def test_a_file_is_read_back_whole_in_chunks_and_in_part(store):
    data = os.urandom(3_000_000)
    store.put("folder/file.bin", io.BytesIO(data))
    assert store.read("folder/file.bin") == data
    assert b"".join(store.stream("folder/file.bin")) == data
    assert b"".join(store.stream("folder/file.bin", 1000, 2_500_000)) == data[1000:2_500_000]
    assert b"".join(store.stream("folder/file.bin", 2_999_990)) == data[-10:]
    assert store.size("folder/file.bin") == 3_000_000


def test_the_same_bytes_are_kept_once(store):
    assert store.put_content(b"abc") == store.put_content(b"abc")
    assert list(store.list_keys("blobs")) == ["blobs/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"]


def test_a_file_that_is_not_there_is_said_so(store):
    assert not store.exists("nowhere")
    with pytest.raises(FileNotFoundError):
        store.read("nowhere")
    store.put("a/b", b"1")
    store.delete(["a/b"])
    assert not store.exists("a/b")


def test_the_migrations_make_the_very_tables_of_the_code(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path / 'migrated.sqlite3'}")
    assert current_revision(engine) is None
    assert upgrade(engine)
    assert not upgrade(engine)
    assert current_revision(engine) == head_revision()
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    assert differences == []
    engine.dispose()


def test_sqlite_runs_in_wal_with_its_foreign_keys(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path / 'wal.sqlite3'}")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("pragma journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("pragma foreign_keys").scalar() == 1
    engine.dispose()
