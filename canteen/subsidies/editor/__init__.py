"""The editor: a rule's mapping as a form, and the form as the same mapping again."""
