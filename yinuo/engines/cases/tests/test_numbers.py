"""Numbers are unique however many take them at once, and whatever is rolled back."""

import threading
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction

from yinuo.engines.cases import numbers
from yinuo.engines.cases.models import NumberBlock

NOON = datetime(2026, 9, 28, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.django_db
def test_a_number_reads_as_its_series_day_and_place():
    assert [numbers.take("TS", NOON) for _each in range(2)] == ["TS-20260928-0001", "TS-20260928-0002"]
    assert numbers.take("ZX", NOON) == "ZX-20260928-0001"


@pytest.mark.django_db
def test_the_day_is_the_banks_own():
    late = datetime(2026, 9, 28, 17, 0, tzinfo=ZoneInfo("UTC"))
    assert numbers.take("TS", late).startswith("TS-20260929-")


@pytest.mark.django_db(transaction=True)
def test_threads_never_get_the_same_number():
    taken, failed = [], []
    start = threading.Barrier(8)

    def work():
        try:
            start.wait()
            for turn in range(30):
                if turn % 5 == 0:
                    with transaction.atomic():
                        found = [numbers.take("TS", NOON), numbers.take("TS", NOON)]
                    taken.extend(found)
                else:
                    taken.append(numbers.take("TS", NOON))
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(taken) == len(set(taken)) == 8 * 36


@pytest.mark.django_db(transaction=True)
def test_another_process_goes_on_behind_the_block_of_this_one():
    mine = numbers.take("TS", NOON)
    numbers.forget()  # what a process that starts now knows
    assert (mine, numbers.take("TS", NOON)) == ("TS-20260928-0001", f"TS-20260928-{numbers.BLOCK + 1:04}")


@pytest.mark.django_db(transaction=True)
def test_a_reservation_that_is_rolled_back_is_kept_by_nobody():
    with transaction.atomic():
        numbers.take("TS", NOON)
        transaction.set_rollback(True)
    assert not NumberBlock.objects.exists()
    here = {numbers.take("TS", NOON) for _each in range(3)}
    numbers.forget()
    there = {numbers.take("TS", NOON) for _each in range(30)}
    assert not here & there
