"""What people wrote stands sealed in the database, opens with the customer's key alone, and is gone with it."""

import pytest
from django.db import transaction
from django.utils import timezone

from yinuo.engines.cases.models import Case, Note
from yinuo.facts.rows import write_rows
from yinuo.ground.vault import hand
from yinuo.ground.vault.ciphertext import AES_256_GCM, SM4_GCM, CiphertextRefused
from yinuo.ground.vault.hand import keys_at_hand
from yinuo.ground.vault.keys import KeyDestroyed
from yinuo.ground.vault.models import SubjectKey
from yinuo.ground.vault.sealed import Erased
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.models import Complaint, Matter
from yinuo.packs.complaints.tests.bank import MONDAY, WORDS, a_complaint, accepted

pytestmark = pytest.mark.django_db


def stored(model, column, pk):
    """The bytes as they stand in the database."""
    return bytes(model.objects.filter(pk=pk).values_list(column, flat=True).get())


def destroy(subject):
    SubjectKey.objects.filter(pk=subject).update(wrapped=None, destroyed_at=timezone.now())


@pytest.mark.parametrize("algorithm", [AES_256_GCM, SM4_GCM])
def test_words_stand_sealed_by_the_chosen_algorithm_and_read_as_text(bank, settings, algorithm):
    settings.VAULT_ALGORITHM = algorithm
    case = accepted(bank)
    actions.write_note(case.pk, text="客户情绪激动，语气放缓。", by=bank.handler)
    note, matter = Note.objects.get(case=case), Matter.objects.get(complaint_id=case.pk)
    for row, column, text in (
        (Complaint.objects.get(), "words", WORDS),
        (note, "text", "客户情绪激动，语气放缓。"),
        (matter, "title", matter.title),
    ):
        raw = stored(type(row), column, row.pk)
        assert text.encode() not in raw
        assert raw[:16] == case.customer_id.bytes
        assert raw[16] == algorithm
        assert getattr(row, column) == text


def test_both_algorithms_stand_beside_each_other(bank, settings):
    settings.VAULT_ALGORITHM = SM4_GCM
    case = a_complaint(bank)
    settings.VAULT_ALGORITHM = AES_256_GCM
    actions.write_note(case.pk, text="后来的话。", by=bank.handler)
    assert (Complaint.objects.get().words, Note.objects.get().text) == (WORDS, "后来的话。")


def test_nothing_written_stands_as_nothing(bank):
    case = a_complaint(bank)
    matter = Matter.objects.get(complaint_id=case.pk)
    assert (stored(Matter, "finding", matter.pk), matter.finding) == (b"", "")
    assert Matter.objects.filter(finding="").exists()


def test_words_moved_to_another_row_or_column_are_refused(bank):
    one, other = a_complaint(bank), a_complaint(bank)
    Complaint.objects.filter(pk=other.pk).update(words=stored(Complaint, "words", one.pk))
    Complaint.objects.filter(pk=one.pk).update(subject=stored(Complaint, "words", one.pk))
    with pytest.raises(CiphertextRefused):
        assert Complaint.objects.get(pk=other.pk).words
    with pytest.raises(CiphertextRefused):
        assert Complaint.objects.get(pk=one.pk).subject


def test_plain_words_do_not_reach_the_database(bank):
    case = a_complaint(bank)
    note = {"case_id": case.pk, "text": "明文", "written_at": MONDAY}
    for way in (
        lambda: write_rows([(Note, [note])]),
        lambda: Complaint.objects.update(words="明文"),
        lambda: Complaint.objects.filter(words="明文").exists(),
    ):
        with pytest.raises(TypeError, match="takes no plain text"), transaction.atomic():
            way()
    assert Complaint.objects.get(pk=case.pk).words == WORDS


def test_a_case_without_customer_has_a_key_of_its_own(bank):
    case = a_complaint(bank)
    Case.objects.filter(pk=case.pk).update(customer=None)
    actions.write_note(case.pk, text="无名客户。", by=bank.handler)
    note = Note.objects.get()
    assert stored(Note, "text", note.pk)[:16] == case.pk.bytes
    assert note.text == "无名客户。"
    destroy(case.pk)
    assert isinstance(Note.objects.get().text, Erased)


def test_once_the_key_is_destroyed_a_word_stands_for_them_and_saving_the_row_keeps_what_it_had(bank):
    case = a_complaint(bank)
    before = stored(Complaint, "words", case.pk)
    destroy(case.customer_id)
    complaint = Complaint.objects.defer("words").get()
    assert isinstance(complaint.words, Erased)
    complaint.level = "2"
    complaint.save()
    assert stored(Complaint, "words", case.pk) == before
    with pytest.raises(KeyDestroyed):
        actions.write_note(case.pk, text="更多的话。", by=bank.handler)
    assert not Note.objects.exists()


def test_a_request_asks_for_a_key_once_and_keeps_none_when_it_is_over(bank, django_assert_num_queries):
    case = accepted(bank)
    for text in ("一", "二", "三"):
        actions.write_note(case.pk, text=text, by=bank.handler)

    def read(queries):
        notes = list(Note.objects.order_by("written_at"))
        with django_assert_num_queries(queries):
            assert [note.text for note in notes] == ["一", "二", "三"]

    hand.begin()
    read(1)
    read(0)
    hand.end()
    read(3)
    with keys_at_hand():
        read(1)
        destroy(case.customer_id)
        read(0)
    assert all(isinstance(note.text, Erased) for note in Note.objects.all())
