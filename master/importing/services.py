"""The three steps of an import: keep the file, say what it would do, do it."""

from decimal import Decimal
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts.models import User
from inventori.errors import DomainError, InvalidInput, NotAllowed
from inventori.numbers import NOTATIONS
from inventori.posting import claim, fingerprint
from inventori.transactions import retried
from master.models import ImportRun

from . import uploads
from .plan import CHANGED, NEW, UNCHANGED, Importer, Options, Plan
from .reading import MAX_BYTES, normal, read_table
from .registry import importer_called
from .uploads import Upload


def import_upload(
    *, content: bytes, kind: str, file_name: str, notation: str, create_missing: bool, by: User
) -> tuple[Upload, Plan]:
    """Keep a file for its dry run and return what it would do. Raises InvalidInput when it is no table."""
    _refuse_without_right(by)
    importer = importer_called(kind)
    if notation not in NOTATIONS:
        raise InvalidInput(_("Choose how numbers are written in the file."), field="notation")
    if len(content) > MAX_BYTES:
        raise InvalidInput(_("The file is larger than 10 MB. Divide it into several."), field="file")
    options = Options(by, NOTATIONS[notation], create_missing)
    plan = _plan(importer, content, file_name, options)
    upload = uploads.keep(
        content=content, kind=kind, file_name=file_name, notation=notation, create_missing=create_missing, by=by
    )
    uploads.write_note(upload, by, "plan", noted(importer, plan))
    return upload, plan


@retried
def import_apply(*, token: str, by: User) -> ImportRun:
    """Do what the dry run of `token` showed: all of it in one transaction, or nothing. The token is the posting key.

    Raises DomainError when there are errors, or when what is stored has changed since the dry run.
    """
    _refuse_without_right(by)
    done = ImportRun.objects.filter(key=token, by=by).first()
    if done is not None:
        return done
    upload = uploads.find(token=token, by=by)
    importer = importer_called(upload.kind)
    options = Options(by, NOTATIONS[upload.notation], upload.create_missing)
    content = uploads.content_of(upload, by)
    shown = uploads.read_note(token, by, "plan")
    run, made = claim(
        lambda: ImportRun.objects.create(
            kind=upload.kind, file_name=upload.file_name, by=by, key=token, key_fingerprint=fingerprint(shown["digest"])
        ),
        model=ImportRun,
        key=token,
        digest=fingerprint(shown["digest"]),
    )
    if not made:
        return run
    plan = _plan(importer, content, upload.file_name, options)
    if plan.faults:
        raise DomainError(_("The file has errors, so nothing was imported. Mend them and upload it again."))
    if plan.digest() != shown["digest"]:
        raise DomainError(
            _("Records have changed since this file was checked. Upload it again to see what it does now."),
            code="changed_since",
        )
    try:
        importer.apply(plan, options=options, key=token)
    except IntegrityError as error:
        raise DomainError(
            _("Two codes or barcodes in the file, or one of the file and one on record, are the same to the database.")
        ) from error
    run.added, run.changed, run.unchanged = (plan.count(kind) for kind in (NEW, CHANGED, UNCHANGED))
    run.save(update_fields=["added", "changed", "unchanged"])
    return run


def noted(importer: Importer, plan: Plan) -> dict[str, Any]:
    """Return a plan as the dry-run page shows it, page by page, without reading the file again."""
    kinds = {column.name: column.kind for column in importer.columns}
    return {
        "digest": plan.digest(),
        "counts": {kind: plan.count(kind) for kind in (NEW, CHANGED, UNCHANGED)},
        "warnings": plan.warnings,
        "faults": [[fault.row, fault.column, fault.value, fault.sentence] for fault in plan.faults],
        "changes": [
            {
                "row": change.row,
                "key": change.key,
                "kind": change.kind,
                "values": [
                    [name, kinds.get(name, "text"), _plain(old), _plain(new)]
                    for name, (old, new) in change.values.items()
                    if name not in importer.key
                ],
            }
            for change in plan.changes
            if change.kind != UNCHANGED
        ],
    }


def _plain(value: Any) -> Any:
    """Return a value as it can be kept in a file until it is shown."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)


def _plan(importer: Importer, content: bytes, file_name: str, options: Options) -> Plan:
    known = {normal(alias) for column in importer.columns for alias in column.aliases()}
    return importer.plan(read_table(content, file_name, known), options)


def _refuse_without_right(by: User) -> None:
    if not by.can("master_import"):
        raise NotAllowed(_("You may not import data. Ask a manager."))
