"""Addresses of signing up, in and out and of a person's proofs. The names are allauth's own, which it reverses itself;
what it offers beside these is not mounted."""

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.totp import views as totp
from django.urls import path

from seconder.accounts.identity import connections, entering, introducing, passkeys, recovery, signing_in
from seconder.accounts.identity.code_proof import ProveByCode
from seconder.accounts.identity.removing import unless_last
from seconder.accounts.identity.views import confirm_address, inside, inside_fresh, outside

urlpatterns = [
    path("sign-in/", outside(account.login), name="account_login"),
    path("sign-in/code/", outside(account.request_login_code), name="account_request_login_code"),
    path("sign-in/code/confirm/", outside(account.confirm_login_code), name="account_confirm_login_code"),
    path("sign-in/factor/", outside(passkeys.Factor.as_view()), name="mfa_authenticate"),
    path("sign-in/passkey/", outside(passkeys.sign_in), name="mfa_login_webauthn"),
    path("sign-in/forgotten/", outside(account.password_reset), name="account_reset_password"),
    path(
        "sign-in/forgotten/confirm/",
        outside(account.confirm_password_reset_code),
        name="account_confirm_password_reset_code",
    ),
    path(
        "sign-in/forgotten/password/", outside(account.complete_password_reset), name="account_complete_password_reset"
    ),
    path(
        "sign-in/forgotten/done/",
        outside(account.password_reset_from_key_done),
        name="account_password_reset_completed",
    ),
    path("sign-in/inactive/", outside(account.account_inactive), name="account_inactive"),
    path("sign-in/with/<slug:provider>/", outside(introducing.start), name="provider_start"),
    path("sign-in/with/<slug:provider>/callback/", outside(introducing.callback), name="provider_callback"),
    path("sign-up/with/", outside(entering.sign_up), name="provider_sign_up"),
    path("account/providers/<slug:provider>/", inside_fresh(introducing.connect), name="provider_connect"),
    path(
        "account/providers/<slug:provider>/removal/", inside_fresh(connections.disconnect), name="provider_disconnect"
    ),
    path("sign-up/", outside(account.signup), name="account_signup"),
    # Also where a changed address is confirmed, by somebody who is signed in.
    path("sign-up/confirm/", confirm_address, name="account_email_verification_sent"),
    path("account/confirm/password/", inside(account.reauthenticate), name="account_reauthenticate"),
    path("account/confirm/code/", inside(ProveByCode.as_view()), name="account_prove_by_code"),
    path("account/confirm/factor/", inside(factors.reauthenticate), name="mfa_reauthenticate"),
    path("account/confirm/passkey/", inside(passkeys.Prove.as_view()), name="mfa_reauthenticate_webauthn"),
    path("account/email/", inside_fresh(account.email), name="account_email"),
    path("account/password/", inside_fresh(account.password_change), name="account_change_password"),
    path("account/password/new/", inside_fresh(account.password_set), name="account_set_password"),
    path("account/factors/", inside(signing_in.index), name="mfa_index"),
    path("account/factors/app/", inside_fresh(totp.activate_totp), name="mfa_activate_totp"),
    path("account/factors/app/removal/", inside_fresh(unless_last(totp.deactivate_totp)), name="mfa_deactivate_totp"),
    path("account/factors/codes/", inside_fresh(recovery.show), name="mfa_view_recovery_codes"),
    path("account/factors/codes/new/", inside_fresh(recovery.renew), name="mfa_generate_recovery_codes"),
    path("account/factors/passkeys/new/", inside_fresh(passkeys.Add.as_view()), name="mfa_add_webauthn"),
    path("account/factors/passkeys/<int:pk>/", inside_fresh(passkeys.Rename.as_view()), name="mfa_edit_webauthn"),
    path(
        "account/factors/passkeys/<int:pk>/removal/",
        inside_fresh(unless_last(passkeys.Remove.as_view())),
        name="mfa_remove_webauthn",
    ),
]  # fmt: skip
