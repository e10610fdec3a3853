from lxml import etree

root = etree.fromstring("<feed><entry>one</entry><entry>two</entry></feed>")
print(len(root.findall("entry")), "entries")
