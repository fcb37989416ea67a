import pytest
from django.utils import timezone
from django.utils.translation import override

from yinuo.facts.rows import write_rows
from yinuo.ground.customers.intake import Person, customer_rows, find_customer
from yinuo.ground.customers.models import Customer, Identity, NameGram
from yinuo.ground.vault.ciphertext import CiphertextRefused, decrypt
from yinuo.ground.vault.keys import KeyDestroyed, blind_index
from yinuo.ground.vault.models import SubjectKey

pytestmark = pytest.mark.django_db
WANG = Person("王小敏", "186 1234 1402", "Min.Wang@bank.example", "zh-hans")


def taken_in(person):
    """As the hot door does it: find, build, write."""
    new = customer_rows(person, find_customer(phone=person.phone, email=person.email))
    write_rows(new.rows)
    return new


def test_a_customer_is_kept_sealed_and_reads_back_whole(django_assert_num_queries):
    new = taken_in(WANG)
    with django_assert_num_queries(1):
        customer = Customer.objects.select_related("key").get(pk=new.id)
        assert (customer.name, customer.phone, customer.email) == (WANG.name, WANG.phone, WANG.email)
    assert customer.secret == new.key
    assert (customer.masked_name, customer.masked_phone) == ("王*敏", "186****1402")
    assert customer.masked_email == "M***@bank.example"
    assert {identity.value for identity in customer.identities.all()} == {WANG.phone, WANG.email}


def test_nothing_readable_is_stored():
    taken_in(WANG)
    stored = b""
    for model in (SubjectKey, Customer, Identity):
        for row in model.objects.values():
            values = (
                bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in row.values()
            )
            stored += b"|".join(values)
    for plain in ("王小敏", "186 1234 1402", "18612341402", "Min.Wang", "min.wang", "bank.example"):
        assert plain.encode() not in stored
    assert "王" not in str(Customer.objects.get())


@pytest.mark.parametrize(
    "other",
    [
        Person("王小敏", "18612341402", "thief@evil.example"),
        Person("张伟", "18612341402", "Min.Wang@bank.example"),
        Person("王小敏", "18612341403", "Min.Wang@bank.example"),
    ],
)
def test_who_agrees_only_in_part_is_somebody_else(other):
    new = taken_in(WANG)
    assert taken_in(other).id != new.id
    assert Customer.objects.count() == 2


def test_a_family_may_share_a_phone_and_each_is_found_again():
    wang, zhang = taken_in(Person("王小敏", "18612341402")), taken_in(Person("张伟", "18612341402"))
    assert wang.id != zhang.id
    assert taken_in(Person("王小敏", "18612341402")).id == wang.id
    assert taken_in(Person("张伟", "18612341402")).id == zhang.id


def test_somebody_unknown_is_a_customer_with_a_key_and_never_found(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert find_customer() == ()
    one, two = taken_in(Person()), taken_in(Person())
    assert one.id != two.id
    assert not Identity.objects.exists()
    customer = Customer.objects.get(pk=one.id)
    assert (customer.name, customer.phone, customer.email) == ("", "", "")
    with override("en"):
        assert (customer.masked_name, customer.masked_phone, customer.masked_email) == (
            "Unknown person",
            "",
            "",
        )


def test_building_rows_touches_no_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        rows = customer_rows(WANG, ()).rows
    assert [model for model, _rows in rows] == [SubjectKey, Customer, Identity, NameGram]


def test_an_erased_customer_shows_as_erased_and_is_not_found():
    new = taken_in(WANG)
    SubjectKey.objects.update(wrapped=None, destroyed_at=timezone.now())
    customer = Customer.objects.get(pk=new.id)
    with pytest.raises(KeyDestroyed):
        _ = customer.name
    with override("en"):
        assert (customer.masked_name, customer.masked_phone, customer.masked_email) == ("Erased", "", "")
    assert find_customer(phone=WANG.phone) == ()


def test_a_sealed_field_moved_to_another_column_or_customer_is_refused():
    one, two = taken_in(WANG), taken_in(Person("张伟", "13800001234"))
    stolen = Customer.objects.get(pk=one.id)
    Customer.objects.filter(pk=one.id).update(name_ct=stolen.phone_ct)
    with pytest.raises(CiphertextRefused):
        _ = Customer.objects.get(pk=one.id).name
    Customer.objects.filter(pk=two.id).update(name_ct=stolen.name_ct)
    with pytest.raises(CiphertextRefused):
        _ = Customer.objects.get(pk=two.id).name
    with pytest.raises(CiphertextRefused):
        decrypt(two.key, stolen.name_ct, b"")


def test_the_index_is_the_keyed_one():
    taken_in(WANG)
    assert bytes(Identity.objects.get(kind="phone").value_index) == blind_index("phone", "18612341402")
