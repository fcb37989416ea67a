from yinuo.packs.complaints.tests.conftest import _own_home, bank

__all__ = ["_own_home", "bank"]
