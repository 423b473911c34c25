"""What can be set, with what it means and its default. Read and checked by `core.config`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "EARSHOT_"


class SettingFields(BaseSettings):
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
