"""Who may do what: one table of roles and permissions, which every workflow asks before it changes anything."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from core.domain.labels import Role


class Permission(StrEnum):
    """What may be done, in words that complete "... may not"."""

    JUDGE = "judge recordings"
    SEE_LABELS = "see labels"
    HEAR_ANY_RECORDING = "hear every recording"
    COMMENT = "comment on recordings"
    ADJUDICATE = "decide between judges"
    BEGIN_ROUNDS = "send recordings back to judges"
    SET_LABELS_ASIDE = "set labels of a judge aside"
    CHANGE_PROTOCOLS = "change the rules"
    CHOOSE_QUALIFICATION_ITEMS = "choose what new judges begin with"
    STATE_VOLUME = "say how much the platform records"
    IMPORT = "import recordings and labels"
    IMPORT_FROM_SERVER = "import from folders of the server"
    EXPORT = "export labels and predictions"
    RETRAIN = "train models"
    FETCH_MODULES = "fetch modules"
    SEARCH = "search for hyperparameters"
    CROSS_VALIDATE = "run a cross-validation"
    STEER_JOBS = "cancel or resume jobs"
    DOWNLOAD_MODELS = "download models"
    DELETE_MODELS = "delete models"
    DEPLOY = "deploy a model"
    DECIDE = "ask for decisions"
    READ_DECISIONS = "read decisions"
    PLAN_SAMPLES = "choose what judges hear of the class"
    DISMISS_WARNINGS = "dismiss warnings"
    ERASE = "erase a child"
    SET_RETENTION = "set how long recordings are kept"
    RECORD_CONSENT = "record the consent of children"
    BACK_UP = "make a backup"
    RESTORE = "restore a backup"
    ENCRYPT = "encrypt or decrypt the storage"
    MANAGE_ACCOUNTS = "manage accounts"
    MANAGE_KEYS = "manage keys for programs"
    MANAGE_WEBHOOKS = "manage webhooks"
    READ_AUDIT = "read the audit log"
    CREATE_DEMONSTRATION = "set up the demonstration"


FOR_JUDGES = frozenset({Permission.JUDGE})
FOR_ADMINISTRATORS = frozenset(
    {
        Permission.IMPORT_FROM_SERVER,
        Permission.ERASE,
        Permission.SET_RETENTION,
        Permission.BACK_UP,
        Permission.RESTORE,
        Permission.ENCRYPT,
        Permission.MANAGE_ACCOUNTS,
        Permission.MANAGE_KEYS,
        Permission.MANAGE_WEBHOOKS,
        Permission.READ_AUDIT,
        Permission.CREATE_DEMONSTRATION,
    }
)

PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.JUDGE: FOR_JUDGES,
    Role.STAFF: frozenset(Permission) - FOR_ADMINISTRATORS,
    Role.ADMIN: frozenset(Permission),
}

# what beginning, and going on with, a job of each kind needs
OF_JOBS: Mapping[str, Permission] = {
    "retrain": Permission.RETRAIN,
    "curve": Permission.RETRAIN,
    "search": Permission.SEARCH,
    "paper": Permission.CROSS_VALIDATE,
    "fetch": Permission.FETCH_MODULES,
}


def may(role: Role, permission: Permission) -> bool:
    """Whether an active account of this role may do it."""
    return permission in PERMISSIONS[role]


def roles_with(permission: Permission) -> tuple[Role, ...]:
    """The roles that may do it, in the order of `Role`."""
    return tuple(role for role in Role if may(role, permission))


def of_job(kind: str) -> Permission:
    """What beginning a job of this kind needs; a kind that is not in the table asks for what training does."""
    return OF_JOBS.get(kind, Permission.RETRAIN)
