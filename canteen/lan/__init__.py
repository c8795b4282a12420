"""The canteen's own network: a certificate that its tablets trust, and the steps by which they come to trust it.

Camera, service worker and sealed storage exist on https only, and no public authority signs for `192.168.1.5`. So the
server has an authority of its own, good for private addresses and nothing else, and renews its certificate by itself.
A certificate that the office gives goes before it.
"""
