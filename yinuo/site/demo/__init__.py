"""The demonstration bank as CSV texts: units, people, customers and complaints, invented from a seed.

Pure: no Django, no database. The importers bring it into a bank; nothing here is known to them.
"""

from yinuo.site.demo.csv_files import write_csvs
from yinuo.site.demo.make_bank import make_bank
from yinuo.site.demo.records import Bank, Complaint, Customer, Matter, Person, Posting, Unit

__all__ = ["Bank", "Complaint", "Customer", "Matter", "Person", "Posting", "Unit", "make_bank", "write_csvs"]
