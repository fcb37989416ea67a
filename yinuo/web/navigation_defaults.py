"""Commands the furniture itself brings to the palette."""

from django.utils.translation import gettext_lazy as _

from yinuo.web.palette import Command, declare_command

declare_command(Command("shortcuts", _("Keyboard shortcuts"), "#sq-keys", "keyboard"))
