"""The mail catcher: takes every mail that the platform sends and shows it in the browser.

On loopback only, since mails hold sign-in links. Nothing is ever sent on.
"""
