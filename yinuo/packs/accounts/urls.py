"""Addresses of accounts: one's own below `mine`, those of others by their id."""

from django.urls import path

from yinuo.packs.accounts.views import factor, mine, others, passkey

app_name = "accounts"
prefix = "accounts"

urlpatterns = [
    path("", others.listing, name="list"),
    path("/mine", mine.account, name="mine"),
    path("/mine/confirm", mine.confirm, name="confirm"),
    path("/mine/password", mine.password, name="password"),
    path("/mine/factor", factor.enrol, name="factor"),
    path("/mine/factor/codes", factor.codes, name="factor-codes"),
    path("/mine/factor/remove", factor.remove, name="factor-remove"),
    path("/mine/passkeys/new", passkey.add, name="passkey"),
    path("/mine/passkeys/<uuid:passkey_id>/remove", passkey.remove, name="passkey-remove"),
    path("/mine/sessions/end-others", mine.end_others, name="end-others"),
    path("/mine/sessions/<slug:session>/end", mine.end, name="end"),
    path("/<uuid:person_id>", others.person, name="person"),
    path("/<uuid:person_id>/end-sessions", others.end_sessions, name="end-sessions"),
    path("/<uuid:person_id>/reset-password", others.reset_password, name="reset-password"),
    path("/<uuid:person_id>/reset-factor", factor.reset, name="reset-factor"),
]
