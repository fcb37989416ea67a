"""An old key is replaced while the bank works, and leaves only when nothing needs it."""

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from yinuo.facts.ids import new_id
from yinuo.facts.models import Fact
from yinuo.facts.rows import write_rows
from yinuo.ground.customers import rotation
from yinuo.ground.customers.intake import Person, customer_rows, find_customer
from yinuo.ground.customers.models import Customer, Identity
from yinuo.ground.customers.name_grams import find_by_part
from yinuo.ground.files.contents import opened
from yinuo.ground.files.intake import accept
from yinuo.ground.files.models import StoredFile
from yinuo.ground.jobs.models import Job, State
from yinuo.ground.jobs.run import run_one
from yinuo.ground.vault.models import SubjectKey

pytestmark = pytest.mark.django_db
ONE, TWO = b"one" * 16, b"two" * 16
PHONE = "18612341402"


@pytest.fixture(autouse=True)
def _rings(settings):
    settings.VAULT_KEYS = {1: ONE}
    settings.INDEX_KEYS = {1: ONE}


def a_customer(name="王敏", phone=PHONE):
    taken = customer_rows(Person(name=name, phone=phone, email="min@example.com"))
    write_rows(taken.rows)
    return Customer.objects.get(pk=taken.id)


def both_new(settings):
    settings.VAULT_KEYS = {1: ONE, 2: TWO}
    settings.INDEX_KEYS = {1: ONE, 2: TWO}


def rotated():
    job = rotation.begin()
    while run_one("tests"):
        pass
    job.refresh_from_db()
    return job


def test_everything_opens_and_is_found_with_the_new_keys_alone(settings, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 2)
    people = [a_customer(f"客户{n}", f"186123414{n:02}") for n in range(5)]
    both_new(settings)
    job = rotated()
    assert (job.state, job.result) == (State.DONE, {"vault": 5, "index": 20, "refused": 0})
    settings.VAULT_KEYS, settings.INDEX_KEYS = {2: TWO}, {2: TWO}
    for n, person in enumerate(people):
        (found,) = find_customer(phone=f"186123414{n:02}", email="min@example.com")
        assert (found.pk, found.name) == (person.pk, f"客户{n}")


def test_meanwhile_a_customer_is_found_under_either_key_and_a_new_one_takes_the_newest(settings):
    old = a_customer()
    both_new(settings)
    new = a_customer("李强")
    assert find_customer(phone=PHONE) == (old, new)
    assert rotation.needed("vault") == {1: 1, 2: 1}
    assert rotation.needed("index") == {1: 3, 2: 3}
    assert SubjectKey.objects.get(pk=new.pk).wrapped_by == 2


def test_done_again_it_does_nothing_and_records_nothing(settings):
    a_customer()
    both_new(settings)
    rotated()
    before = Fact.objects.count()
    assert rotated().result == {"vault": 0, "index": 0, "refused": 0}
    assert Fact.objects.count() == before


def test_asked_for_twice_it_is_one_job():
    assert rotation.begin() == rotation.begin()
    assert Job.objects.count() == 1


def test_each_ring_leaves_a_fact_with_its_number_and_how_many(settings):
    a_customer()
    both_new(settings)
    rotated()
    told = [fact.data for fact in Fact.objects.filter(kind="vault.key_rotated").order_by("id")]
    assert told == [
        {"ring": "vault", "number": 2, "rows": 1, "refused": 0},
        {"ring": "index", "number": 2, "rows": 3, "refused": 0},
    ]


def test_a_key_that_rows_need_is_not_retired_and_nothing_happens(settings):
    a_customer()
    both_new(settings)
    taken = []
    with pytest.raises(rotation.StillNeeded) as refused:
        rotation.retire("vault", 1, lambda: taken.append(1))
    assert (refused.value.rows, taken) == (1, [])
    assert not Fact.objects.filter(kind="vault.key_retired").exists()


def test_a_key_that_nothing_needs_is_retired_with_a_fact(settings):
    a_customer()
    both_new(settings)
    rotated()
    taken = []
    rotation.retire("index", 1, lambda: taken.append(1))
    assert taken == [1]
    assert Fact.objects.get(kind="vault.key_retired").data == {"ring": "index", "number": 1}


def test_a_changed_key_stays_as_it_is_and_holds_the_old_master_key(settings):
    a_customer()
    bad = a_customer("李强", "18612341403")
    wrapped = bytes(bad.key.wrapped)[:-1] + bytes([bytes(bad.key.wrapped)[-1] ^ 1])
    SubjectKey.objects.filter(pk=bad.pk).update(wrapped=wrapped)
    both_new(settings)
    assert rotated().result == {"vault": 1, "index": 3, "refused": 4}
    assert bytes(SubjectKey.objects.get(pk=bad.pk).wrapped) == wrapped
    with pytest.raises(rotation.StillNeeded):
        rotation.retire("vault", 1, lambda: None)


def test_a_destroyed_key_needs_no_master_key(settings):
    gone = a_customer()
    Identity.objects.all().delete()
    SubjectKey.objects.filter(pk=gone.pk).update(wrapped=None, destroyed_at=timezone.now())
    both_new(settings)
    assert rotated().result == {"vault": 0, "index": 0, "refused": 0}
    assert rotation.needed("vault") == {}


def test_parts_of_names_are_found_before_during_and_after(settings):
    old = a_customer("欧阳小敏")
    assert find_by_part("小敏", 9) == [old]
    both_new(settings)
    new = a_customer("欧阳大力", "18612341403")
    assert find_by_part("欧阳", 9) == [new, old]
    assert find_by_part("阳小敏", 9) == [old]
    rotated()
    settings.VAULT_KEYS, settings.INDEX_KEYS = {2: TWO}, {2: TWO}
    assert find_by_part("欧阳", 9) == [new, old]


def test_the_keys_of_files_follow_and_their_bytes_stay_as_they_are(settings, tmp_path):
    settings.YINUO_HOME = tmp_path
    one, two = (
        accept(ContentFile(text, name=f"{text.decode()}.txt"), owner_kind="case", owner_id=new_id())
        for text in (b"one", b"two")
    )
    assert rotation.needed("vault") == {1: 2}
    both_new(settings)
    assert rotated().result == {"vault": 2, "index": 0, "refused": 0}
    assert rotation.needed("vault") == {2: 2}
    settings.VAULT_KEYS = {2: TWO}
    for before, text in ((one, b"one"), (two, b"two")):
        file = StoredFile.objects.get(pk=before.pk)
        with opened(file) as stream:
            assert (stream.read(), file.name, file.sha256) == (text, f"{text.decode()}.txt", before.sha256)


def test_a_key_that_a_file_needs_is_not_retired(settings, tmp_path):
    settings.YINUO_HOME = tmp_path
    accept(ContentFile(b"one", name="one.txt"), owner_kind="case", owner_id=new_id())
    both_new(settings)
    with pytest.raises(rotation.StillNeeded, match="1 rows"):
        rotation.retire("vault", 1, lambda: None)
