import pytest
from accounts.models import User
from tests.browser.small_shop import open_small_shop
@pytest.mark.parametrize("vp,theme",[((1366,768),"light"),((390,844),"dark"),((390,844),"light"),((1366,768),"dark")])
def test_x(page, tmp_path, live_server, sign_in, axe, vp, theme):
    shop=open_small_shop(tmp_path)
    User.objects.filter(pk=shop.admin.pk).update(theme=theme)
    page.set_viewport_size({"width":vp[0],"height":vp[1]})
    sign_in(page, shop.admin)
    a,b=shop.ids["sales:shift"]
    bad={}
    for p in ["/shift/","/shift/cash/","/shift/close/","/shifts/",f"/shifts/{a}/",f"/shifts/{b}/",f"/shifts/{a}/report/",f"/shifts/{b}/report/?width=58",f"/shifts/{a}/close/"]:
        r=page.goto(p); f=axe(page); w=page.evaluate("document.documentElement.scrollWidth")
        if w>vp[0]: f.append(f"wide {w}")
        if f or r.status!=200: bad[p]=f+[r.status]
    other=User.objects.exclude(pk=shop.admin.pk).filter(shifts=None).first(); 
    sign_in(page, other); User.objects.filter(pk=other.pk).update(theme=theme)
    r=page.goto("/shift/open/"); f=axe(page)
    if f: bad["open"]=f
    assert bad=={}
