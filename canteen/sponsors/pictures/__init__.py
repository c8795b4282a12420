"""Pictures that a sponsor may see, each with the consent it rests on.

A picture shows while its consent lasts. Withdrawn consent erases its bytes at once; that it was there, and why it went,
stays written.
"""
