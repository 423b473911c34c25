"""The scripts that a screen runs inline: constant texts, because the policy names them by their hashes.

The guard reads them as well.
"""

from __future__ import annotations

from core.translation import LANGUAGES

# a page that the browser kept, and shows again after "back", asks the server anew who is there
RELOAD_RESTORED = "addEventListener('pageshow',function(event){if(event.persisted)location.reload()})"
# below whatever prefix: every screen is one step below the root
TO_SIGN_IN = (
    "location.replace('sign-in?next='+encodeURIComponent('/'+location.pathname.split('/').pop()+location.search))"
)
# Streamlit's page says that it is English
SET_LANGUAGE = {language: f"document.documentElement.lang='{language}'" for language in LANGUAGES}
PAGE_SCRIPTS = (RELOAD_RESTORED, TO_SIGN_IN, *SET_LANGUAGE.values())
