"""What people fill in: `intake` when a complaint comes in, `handling` for the rest; as with the actions."""

from yinuo.packs.complaints.forms.complainants import (
    AuthorityForm,
    BringerForm,
    ComplainantForm,
    PartyForm,
    RepresentativeForm,
    joint_forms,
)
from yinuo.packs.complaints.forms.endings import (
    OwnWithdrawalForm,
    RefusalForm,
    ReopeningForm,
    WithdrawalForm,
)
from yinuo.packs.complaints.forms.handing_on import ToUnitForm
from yinuo.packs.complaints.forms.handling import (
    AnswerForm,
    ConclusionForm,
    ExtensionForm,
    HandOverForm,
    InvestigationForm,
    LevelForm,
    MatterForm,
    NoteForm,
    matter_forms,
)
from yinuo.packs.complaints.forms.intake import (
    MAX_WORDS,
    PORTAL_SOURCE,
    ContactForm,
    RegisterForm,
    SupplementForm,
    WordsForm,
    arrival,
    money_to_minor,
)
from yinuo.packs.complaints.forms.overdue import OverdueForm
from yinuo.packs.complaints.forms.recusals import ComplainedOfForm, ConflictForm, staff_named
from yinuo.packs.complaints.forms.redress import RedressForm, redress_decision
from yinuo.packs.complaints.forms.together import LinkForm, OtherForm, SplitForm
from yinuo.web.decision_form import DecisionForm

__all__ = [
    "MAX_WORDS",
    "PORTAL_SOURCE",
    "AnswerForm",
    "AuthorityForm",
    "BringerForm",
    "ComplainantForm",
    "ComplainedOfForm",
    "ConclusionForm",
    "ConflictForm",
    "ContactForm",
    "DecisionForm",
    "ExtensionForm",
    "HandOverForm",
    "InvestigationForm",
    "LevelForm",
    "LinkForm",
    "MatterForm",
    "NoteForm",
    "OtherForm",
    "OverdueForm",
    "OwnWithdrawalForm",
    "PartyForm",
    "RedressForm",
    "RefusalForm",
    "RegisterForm",
    "ReopeningForm",
    "RepresentativeForm",
    "SplitForm",
    "SupplementForm",
    "ToUnitForm",
    "WithdrawalForm",
    "WordsForm",
    "arrival",
    "joint_forms",
    "matter_forms",
    "money_to_minor",
    "redress_decision",
    "staff_named",
]
