async def test_try(site, alice, event):
    page = await alice.get(event.path)
    assert page.status == 200
    print(page.text)
    page = await page.submit(event.path)
    print(page.url, page.text)
    for m in await site.mails():
        print(m.recipient, m.subject)
        print(m.body)
        print(m.calendar)
    page = await page.submit()
    print(page.url, page.text)
    for m in (await site.mails())[1:]:
        print(m.recipient, m.subject)
        print(m.body)
        print(m.calendar)
    for path in ("/events", "/events.ics", "/events.json", event.path + ".ics", "/bookings", "/organise"):
        page = await alice.get(path)
        print(path, page.status, page.html[:300])
