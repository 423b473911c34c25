"""All settings, read from the environment (`EARSHOT_*`). Nowhere else is the environment read.

Every setting has a default that works on one machine with nothing prepared. `settings()` is read once a process;
a wrong value is named with what was expected, before anything else starts.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property, lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationError, field_validator, model_validator

from core import addresses
from core.errors import SettingsError
from core.sealing.keys import SealingKey, parse_keys
from core.setting_fields import PREFIX, SettingFields

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

POSTGRESQL = "postgresql+psycopg"  # what `postgres://` and `postgresql://`, as providers write them, mean here
MOST_WORKERS = 4  # of the local cluster, where nobody says how many
SECRETS = frozenset({"secret_key", "encryption_key", "backup_passphrase", "oidc_client_secret"})


class Settings(SettingFields):
    """The fields, checked, and what follows from them."""

    @field_validator("storage")
    @classmethod
    def _storage_is_named(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("expected a folder or an fsspec URL such as s3://bucket/prefix")
        return value

    @field_validator("database_url")
    @classmethod
    def _database_is_a_known_kind(cls, value: str) -> str:
        value = value.strip()
        scheme, separator, _ = value.partition("://")
        if value and (not separator or scheme.partition("+")[0] not in ("sqlite", "postgresql", "postgres")):
            raise ValueError("expected an address such as postgresql+psycopg://name:password@host/database")
        return value

    @model_validator(mode="after")
    def _remote_storage_needs_a_database(self) -> Settings:
        if "://" in self.storage and not self.database_url:
            raise ValueError("EARSHOT_STORAGE is a URL, so EARSHOT_DATABASE_URL must be set as well")
        return self

    @model_validator(mode="after")
    def _tls_needs_all_of_its_files(self) -> Settings:
        files = {"CA": self.dask_tls_ca, "CERT": self.dask_tls_cert, "KEY": self.dask_tls_key}
        missing = [f"EARSHOT_DASK_TLS_{name}" for name, file in files.items() if not file]
        if missing and len(missing) < len(files):
            raise ValueError(f"TLS for the Dask scheduler needs {' and '.join(missing)} as well")
        return self

    @model_validator(mode="after")
    def _a_provider_needs_its_settings(self) -> Settings:
        if not self.oidc_issuer:
            return self
        missing = [name for name in ("oidc_client_id", "public_url") if not getattr(self, name)]
        if missing:
            raise ValueError(f"EARSHOT_OIDC_ISSUER needs {' and '.join(f'{PREFIX}{name}'.upper() for name in missing)}")
        parts = urlsplit(self.oidc_issuer)
        is_here = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")
        if not parts.hostname or parts.query or parts.fragment or not (parts.scheme == "https" or is_here):
            raise ValueError(f"EARSHOT_OIDC_ISSUER={self.oidc_issuer!r} cannot be used: expected an https address")
        if self.oidc_client_secret and self.oidc_client_secret_file:
            raise ValueError("set EARSHOT_OIDC_CLIENT_SECRET or EARSHOT_OIDC_CLIENT_SECRET_FILE, not both")
        return self

    @model_validator(mode="after")
    def _encryption_keys_are_keys(self) -> Settings:
        if self.encryption_key_file and self.encryption_key.get_secret_value():
            raise ValueError("EARSHOT_ENCRYPTION_KEY and EARSHOT_ENCRYPTION_KEY_FILE are both set; set one of them")
        variable = "EARSHOT_ENCRYPTION_KEY_FILE" if self.encryption_key_file else "EARSHOT_ENCRYPTION_KEY"
        try:
            has_keys = bool(self.encryption_keys)
        except OSError as error:
            raise ValueError(f"{variable}={self.encryption_key_file!r} cannot be read: {error.strerror}") from None
        except ValueError as error:
            raise ValueError(f"{variable} cannot be used: {error}") from None
        if self.encryption_key_file and not has_keys:
            raise ValueError(f"{variable}={self.encryption_key_file!r} holds no key")
        return self

    @model_validator(mode="after")
    def _backups_lie_elsewhere(self) -> Settings:
        folder = Path(self.backup_folder).absolute()
        for name, holder in (("storage", self.local_folder), ("models", self.models)):
            if self.backup_folder and folder.is_relative_to(holder.absolute()):
                raise ValueError(
                    f"EARSHOT_BACKUP_FOLDER={self.backup_folder!r} is below the folder of {name}; choose one that is "
                    "not, best on another disk"
                )
        return self

    @field_validator("public_url")
    @classmethod
    def _public_url_is_an_address(cls, value: str) -> str:
        value = value.strip().rstrip("/")
        parts = urlsplit(value)
        if value and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment):
            raise ValueError("expected an address such as https://school.example or https://school.example/earshot")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _proxies_are_addresses(cls, value: str) -> str:
        try:
            _networks(value)
        except ValueError as error:
            raise ValueError(f"{error}; expected addresses or networks such as 127.0.0.1, 10.0.0.0/8") from None
        return value

    @property
    def public_prefix(self) -> str:
        """The path below which browsers find Earshot, without a slash at its end; empty: the root."""
        return urlsplit(self.public_url).path

    @cached_property
    def trusted_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        return _networks(self.trusted_proxies)

    @cached_property
    def encryption_keys(self) -> tuple[SealingKey, ...]:
        """The keys in force, the one for new files first; none: nothing is encrypted."""
        if self.encryption_key_file:
            return parse_keys(Path(self.encryption_key_file).read_text(errors="replace"))
        return parse_keys(self.encryption_key.get_secret_value())

    @cached_property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        if not self.database_url:
            return f"sqlite:///{Path(self.storage).absolute() / 'earshot.db'}"
        scheme, separator, rest = self.database_url.partition("://")
        return f"{POSTGRESQL}://{rest}" if scheme in ("postgres", "postgresql") and separator else self.database_url

    @property
    def local_workers(self) -> int:
        """How many processes the local cluster has; each may take a gigabyte."""
        return self.dask_workers or min(max((os.cpu_count() or 1) - 1, 1), MOST_WORKERS)

    @property
    def local_folder(self) -> Path:
        """A folder on this machine for what must be local: secret, cluster address, locks."""
        return Path("data") if "://" in self.storage else Path(self.storage)


@dataclass(frozen=True)
class EffectiveSetting:
    """One setting as people read it; what is secret is not in it. `is_set`: somebody set it, it is not the default."""

    variable: str
    value: str
    description: str
    is_set: bool = False


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process.

    Raises
    ------
    SettingsError
        Names each variable that cannot be used, its value, and what was expected.
    """
    try:
        return Settings()
    except ValidationError as invalid:
        lines = [_message(error) for error in invalid.errors()]
        raise SettingsError("\n".join(lines)) from None


def effective_settings(values: Settings | None = None) -> list[EffectiveSetting]:
    """Every setting of this process, or of `values`, in the order of the fields."""
    values = values or settings()
    return [
        EffectiveSetting(
            f"{PREFIX}{name}".upper(),
            _shown(name, getattr(values, name)),
            field.description or "",
            is_set=name in values.model_fields_set,
        )
        for name, field in Settings.model_fields.items()
    ]


def without_secrets(text: str) -> str:
    """A text, such as the error of a library, without any secret of the addresses in force."""
    values = settings()
    return addresses.scrubbed(
        text, [values.database, values.storage, values.dask_scheduler, values.vggish, values.yamnet, values.kaggle_api]
    )


def _networks(addresses: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(address.strip()) for address in addresses.split(",") if address.strip())


def _shown(name: str, value: object) -> str:
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if name in SECRETS:
        return "(set)" if value else ""
    return addresses.shown(value) if isinstance(value, str) else str(value)


def _message(error: ErrorDetails) -> str:
    message = str(error["msg"]).removeprefix("Value error, ")
    if not error["loc"]:
        return message
    name = f"{PREFIX}{error['loc'][0]}".upper()
    return f"{name}={_shown(str(error['loc'][0]), error['input'])!r} cannot be used: {message}"
