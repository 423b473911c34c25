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
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from core import addresses
from core.errors import SettingsError
from core.sealing.keys import SealingKey, parse_keys

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

PREFIX = "EARSHOT_"
POSTGRESQL = "postgresql+psycopg"  # what `postgres://` and `postgresql://`, as providers write them, mean here
MOST_WORKERS = 4  # of the local cluster, where nobody says how many
SECRETS = frozenset({"secret_key", "encryption_key", "backup_passphrase", "oidc_client_secret"})


class Settings(BaseSettings):
    """Each field is an environment variable: `storage` is `EARSHOT_STORAGE`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    storage: str = Field("data", description="Folder, or fsspec URL, of recordings and features.")
    database_url: str = Field(
        "", description="SQLAlchemy URL. Empty: SQLite in the file earshot.db below the storage folder."
    )
    database_timeout_s: Annotated[float, Field(gt=0, le=3600)] = Field(
        60.0, description="Seconds after which a statement that PostgreSQL does not answer is given up."
    )
    models: Path = Field(Path("models"), description="Folder of trained models, one folder each.")
    dask_scheduler: str = Field(
        "", description="Address of a Dask scheduler. Empty: a local cluster, started when first needed."
    )
    dask_tls_ca: str = Field(
        "", description="Certificate (PEM) of the authority of that scheduler. Empty: no TLS, so trust its network."
    )
    dask_tls_cert: str = Field("", description="Certificate (PEM) that Earshot shows to that scheduler.")
    dask_tls_key: str = Field("", description="Key (PEM) of that certificate.")
    dask_workers: Annotated[int, Field(ge=0, le=64)] = Field(
        0,
        description="Processes of the local cluster. 0: one fewer than there are processors, which stays free for "
        "judging; at least 1 and at most 4.",
    )
    dask_ends_with_server: bool = Field(
        False,
        description="End the local cluster with the web server, when its work is done. Otherwise it stays for two "
        "minutes without work.",
    )
    vggish: str = Field(
        "https://tfhub.dev/google/vggish/1",
        description="VGGish: hub address, or folder with the SavedModel.",
    )
    yamnet: str = Field(
        "https://tfhub.dev/google/yamnet/1",
        description="YAMNet: hub address, or folder with the SavedModel.",
    )
    kaggle_api: str = Field(
        "https://www.kaggle.com/api/v1",
        description="Where `fetch` downloads a module that its hub address does not give; a mirror answers below it at "
        "models/google/vggish/tensorFlow2/vggish/1/download.",
    )
    secret_key: str = Field("", description="Signs the cookie. Empty: drawn once and stored in the storage folder.")
    encryption_key: SecretStr = Field(
        SecretStr(""),
        description="Key that encrypts recordings, copies and features; several with commas between, the new one "
        "first. Empty: nothing is encrypted. `python -m core encryption new-key` prints a fresh one.",
    )
    encryption_key_file: str = Field(
        "", description="File that holds the value of EARSHOT_ENCRYPTION_KEY, as secrets are mounted into containers."
    )
    backup_passphrase: SecretStr = Field(
        SecretStr(""),
        description="Encrypts every backup and opens those that need a passphrase. Empty: it is asked for.",
    )
    backup_folder: str = Field(
        "",
        description="Folder for backups made on the Administration screen, best on another disk, not below storage "
        "or models. Empty: none are made there.",
    )
    session_hours: Annotated[float, Field(gt=0, le=24 * 90)] = Field(
        12.0, description="Hours after which a sign-in ends."
    )
    idle_hours: Annotated[float, Field(gt=0, le=24 * 90)] = Field(
        4.0, description="Hours without any request after which a sign-in ends."
    )
    confirm_minutes: Annotated[float, Field(gt=0, le=24 * 60)] = Field(
        10.0,
        description="Minutes after which the password is asked again before erasing, restoring and changing accounts.",
    )
    require_totp: bool = Field(
        False, description="Administrators must have a second step: a code of an authenticator app at sign-in."
    )
    oidc_issuer: str = Field(
        "", description="OpenID Connect provider to sign in with beside passwords: its issuer. Empty: none."
    )
    oidc_client_id: str = Field("", description="How the provider knows Earshot.")
    oidc_client_secret: str = Field("", description="What Earshot proves itself to the provider with.")
    oidc_client_secret_file: str = Field("", description="File that holds that secret, instead of the variable.")
    oidc_name: str = Field("OpenID Connect", description="What people call the provider, on the button.")
    oidc_create_judges: bool = Field(
        False, description="Whoever the provider vouches for, and has no account yet, becomes a judge."
    )
    secure_cookie: bool = Field(False, description="Send the cookie over HTTPS only. Turn on behind TLS.")
    host: str = Field("127.0.0.1", description="Address the web server listens on.")
    all_addresses: bool = Field(
        False, description="`serve` may listen on all addresses of the machine (0.0.0.0, ::), as in a container."
    )
    port: Annotated[int, Field(ge=1, le=65535)] = Field(8501, description="Port the web server listens on.")
    public_url: str = Field(
        "",
        description="Address that browsers use where a proxy stands in front, such as https://school.example/earshot.",
    )
    trusted_proxies: str = Field(
        "",
        description="Addresses or networks of proxies, with commas between, whose X-Forwarded-For and X-Forwarded-Host "
        "are believed.",
    )
    max_request_mb: Annotated[float, Field(gt=0)] = Field(
        100.0, description="Requests to /api/score and /v1 that send more are refused while they arrive."
    )
    access_log: bool = Field(
        True,
        description="Write a line of JSON for each request to standard error: no child's data, file name or query.",
    )
    decision_days: Annotated[int, Field(ge=1, le=3650)] = Field(
        90, description="Days that the records of decisions for programs (/v1) are stored."
    )
    min_duration_s: Annotated[float, Field(ge=0)] = Field(0.1, description="Shorter recordings are refused.")
    webhooks_to_private_addresses: bool = Field(
        False,
        description="Webhooks may lead to private and loopback addresses, and to http:// without TLS.",
    )
    max_duration_s: Annotated[float, Field(gt=0)] = Field(30.0, description="Longer recordings are refused.")
    max_recording_mb: Annotated[float, Field(gt=0)] = Field(20.0, description="Larger files are refused.")
    max_archive_mb: Annotated[float, Field(gt=0)] = Field(
        4096.0, description="Zip archives that unpack to more are refused."
    )
    decoding_processes: Annotated[int, Field(ge=1, le=64)] = Field(
        2, description="Processes in which recordings from outside are decoded, apart from the web server."
    )
    decoding_limit_s: Annotated[float, Field(gt=0, le=600)] = Field(
        5.0, description="Seconds of a processor that decoding one recording may take; what takes longer is refused."
    )
    decoding_limit_mb: Annotated[int, Field(ge=64, le=65_536)] = Field(
        384, description="Memory that decoding one recording may take, beyond about 70 MB of an idle process."
    )
    scorers: Annotated[int, Field(ge=1, le=64)] = Field(
        2, description="Processes that decide on recordings, loaded with the model in force, beside the web server."
    )
    scorer_queue: Annotated[int, Field(ge=1, le=1000)] = Field(
        32, description="Requests for decisions that may wait at once; what is more is answered 429 with Retry-After."
    )
    scorer_growth_mb: Annotated[int, Field(ge=16, le=65_536)] = Field(
        256, description="Memory by which such a process may grow once its model is loaded; then another replaces it."
    )
    import_root: str = Field(
        "", description="Folder from which administrators may import in the browser. Empty: from none of the server."
    )
    claim_minutes: Annotated[float, Field(gt=0)] = Field(
        15.0, description="Minutes a recording stays reserved for a judge who does not answer."
    )

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
