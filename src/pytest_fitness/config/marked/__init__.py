"""Tests marked ``fitness``: found in their files and read, never imported."""
