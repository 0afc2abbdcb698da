"""Telephone calls as text: the AudioCodes Bot API and Asterisk's FastAGI in front of one talk."""
