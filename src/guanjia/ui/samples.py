"""Invented content for the living style sheet, built around a given moment."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django import forms

from guanjia.ui import icons

LONG = "小区北门外的雨水井盖破损已经三周，夜间无照明，上下学的孩子和老人多次绊倒，居民自行用木板遮盖," * 4
TEXTS = (
    "小区北门雨水井盖破损，夜间无照明",
    "沿街商铺反映门前施工围挡占道，货车无法停靠卸货",
    "咨询个体工商户转企业的办理流程和所需材料",
    "楼道堆放杂物，消防通道不畅",
    "企业希望对接银行办理无还本续贷",
    "二次供水水压不足，六楼以上早晚停水",
    "反映夜间烧烤摊油烟扰民",
)
WHO = (
    ("城管执法局", "周明远"),
    ("市场监管局", "李晓岚"),
    ("住建局", ""),
    ("供水公司", "赵启文"),
    ("", ""),
)
DUES = (
    ("late", "超期 3 小时", -3),
    ("near", "还剩 2 小时", 2),
    ("near", "还剩 1 个工作日", 22),
    ("ok", "还剩 2 个工作日", 47),
    ("ok", "还剩 5 个工作日", 120),
    ("paused", "挂账暂停", 240),
)
STATES = (
    ("registered", "待派"),
    ("assigned", "待签收"),
    ("working", "办理中"),
    ("resolved", "待回访"),
    ("closed", "已销号"),
    ("shelved", "挂账"),
    ("handed_over", "已移交"),
)


class Ask(forms.Form):
    text = forms.CharField(
        label="您要反映的事",
        help_text="一句话说清在哪里、是什么事。不用写部门。",
        widget=forms.Textarea(attrs={"maxlength": 500, "rows": 4}),
    )
    phone = forms.CharField(
        label="联系电话", help_text="只用于告诉您办理结果。", widget=forms.TextInput(attrs={"type": "tel"})
    )
    place = forms.ChoiceField(
        label="小区", choices=[("", "请选择"), ("1", "槐园小区"), ("2", "临河里")], required=False
    )
    kind = forms.ChoiceField(
        label="怎么联系您", choices=[("sms", "短信"), ("call", "电话"), ("none", "不用联系")], widget=forms.RadioSelect
    )
    agree = forms.BooleanField(label="同意公开（隐去姓名电话）", required=False)


def cases(now: datetime, count: int) -> list[dict[str, Any]]:
    return [
        {
            "number": f"2026-{4100 + at:06d}",
            "text": TEXTS[at % len(TEXTS)] if at % 9 != 4 else LONG,
            "state": STATES[at % 5],
            "holder": WHO[at % len(WHO)],
            "level": DUES[at % len(DUES)][0],
            "due_text": DUES[at % len(DUES)][1],
            "due": now + timedelta(hours=DUES[at % len(DUES)][2]),
            "estimated": at % 7 == 5,
            "place": ("槐园小区", "临河里", "南关三院", "机床厂家属院")[at % 4],
            "asked": now - timedelta(hours=5 * at + 1),
        }
        for at in range(count)
    ]


def _timeline(now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "title": "登记",
            "who": "网上提交",
            "at": now - timedelta(days=6),
            "icon": "inbox",
            "tone": "blue",
            "text": TEXTS[0],
        },
        {
            "title": "派单给 城管执法局",
            "who": "派单台 孙立",
            "at": now - timedelta(days=5, hours=22),
            "icon": "send",
            "tone": "blue",
            "note": "按“井盖”类别和所在网格建议，派单台确认。",
        },
        {
            "title": "退回",
            "who": "城管执法局 周明远",
            "at": now - timedelta(days=4),
            "icon": "return",
            "tone": "neutral",
            "text": "井盖属排水设施，建议转供水公司。" * 6,
        },
        {"title": "第二层时限已过，自动提级", "at": now - timedelta(hours=3), "icon": "escalate", "tone": "red"},
    ]


def _tiers(now: datetime) -> list[dict[str, Any]]:
    return [
        {"name": "服务管家", "owner": "李晓岚", "limit": "2 小时内响应", "state": "done"},
        {"name": "街道", "owner": "东园街道", "limit": "1 个工作日", "state": "done"},
        {
            "name": "主管部门",
            "owner": "城管执法局",
            "limit": "3 个工作日",
            "state": "late",
            "due": {"text": "超期 3 小时", "moment": now - timedelta(hours=3), "level": "late"},
        },
        {"name": "联席会议", "owner": "营商环境联席会议", "limit": "5 个工作日", "state": "next"},
    ]


def _verbs() -> list[dict[str, Any]]:
    return [
        {"label": "签收", "url": "?page=dialog", "icon": "check", "key": "a", "hint": "签收后需在 3 个工作日内办结"},
        {"label": "退回", "url": "?page=dialog", "icon": "return", "hint": "说明理由，由派单台裁定"},
        {"label": "申请延期", "url": "?page=case#extend", "icon": "calendar"},
        {"label": "撤回登记", "url": "?page=dialog", "icon": "trash", "danger": True},
    ]


def _navigation() -> list[dict[str, Any]]:
    entries = [
        ("我的工作", "today", 12, True),
        ("派单台", "send", 38, False),
        ("台账", "ledger", None, False),
        ("走访", "walk", 5, False),
        ("督办", "order", 3, False),
        ("经营主体与住户", "store", None, False),
        ("单位与人员", "unit", None, False),
        ("专项", "layers", None, False),
        ("统计", "chart", None, False),
        ("地图", "map", None, False),
    ]
    pages = {"我的工作": "?page=list", "台账": "?page=case", "统计": "?page=parts"}
    groups = {"我的工作": "办理", "经营主体与住户": "底册", "统计": "全局"}
    return [
        {
            "label": label,
            "icon": icon,
            "url": pages.get(label, "#"),
            "count": count,
            "active": active,
            "late": label == "督办",
            "group": groups.get(label),
        }
        for label, icon, count, active in entries
    ]


def _figures() -> dict[str, Any]:
    return {
        "trend": [12, 15, 9, 18, 22, 19, 25, 21, 28, 24],
        "units": [
            {"label": "城管执法局", "value": 126, "url": "#", "level": "late"},
            {"label": "市场监管局", "value": 88, "url": "#"},
            {"label": "住房和城乡建设局物业管理与房屋征收服务中心", "value": 61, "url": "#"},
            {"label": "供水公司", "value": 7, "url": "#"},
        ],
        "chart": {
            "kind": "stacked",
            "names": ["周一", "周二", "周三", "周四", "周五", "周六", "周日"],
            "series": [
                {"name": "按期", "values": [42, 51, 38, 60, 47, 12, 8], "level": "ok"},
                {"name": "临近", "values": [8, 6, 9, 11, 5, 3, 1], "level": "near"},
                {"name": "超期", "values": [3, 2, 4, 1, 2, 0, 1], "level": "late"},
            ],
            "unit": " 件",
        },
        "line": {
            "kind": "line",
            "names": ["6月", "7月", "8月", "9月", "10月", "11月"],
            "series": [{"name": "满意率", "values": [82, 84, 83, 88, 91, 93]}],
            "unit": "%",
        },
    }


def areas() -> dict[str, Any]:
    """A district of 24 slanted squares as GeoJSON."""
    corners = ((0, 0), (0.0095, 0.001), (0.0095, 0.0075), (0, 0.007), (0, 0))
    levels = ("none", "none", "ok", "near", "late")
    return _collection(
        {
            "properties": {"name": f"第 {at + 1} 网格", "level": levels[at * 3 % 5]},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[0.01 * (at % 6) + x, 0.008 * (at // 6) + y] for x, y in corners]],
            },
        }
        for at in range(24)
    )


def points() -> dict[str, Any]:
    """Sixty cases strewn over it."""
    levels = ("ok", "ok", "near", "late", "none")
    return _collection(
        {
            "properties": {"name": TEXTS[at % len(TEXTS)], "url": "?page=case", "level": levels[at % 5]},
            "geometry": {
                "type": "Point",
                "coordinates": [at * at * 0.0137 % 0.06, at * at * 0.0071 % 0.032],
            },
        }
        for at in range(60)
    )


def _collection(features: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": [{"type": "Feature", **feature} for feature in features]}


GEOMETRY = {"areas": areas, "points": points}


def _wrong_form() -> Ask:
    return Ask({"text": "", "phone": "1380", "kind": "", "place": "1"})


def tokens() -> list[tuple[str, str]]:
    """The colours of the light theme with their names, where the sources lie beside the package."""
    path = Path(__file__).parents[3] / "assets/tokens.json"
    return list(json.loads(path.read_text("utf-8"))["light"].items()) if path.exists() else []


def _frame(face: str) -> dict[str, Any]:
    """What the base templates ask of every page."""
    public = [("我要反映", "?page=ask"), ("查进度", "#"), ("找管家", "#"), ("公开台账", "#")]
    places = [("今日", "today", 3), ("走访", "walk", None), ("登记", "plus", None), ("我的", "user", None)]
    return {
        "base": f"ui/{face}.html",
        "navigation": _navigation()
        if face == "staff"
        else [{"label": label, "url": url, "active": label == "我要反映"} for label, url in public],
        "places": [
            {"label": label, "icon": icon, "url": "#", "active": label == "今日", "count": count}
            for label, icon, count in places
        ],
        "search_url": "?page=list",
        "me": {
            "name": "李晓岚",
            "menu": [{"label": "我的岗位", "url": "#", "icon": "card"}, {"label": "退出", "url": "#", "post": True}],
        },
        "help_line": {"name": "派单台", "phone": "0000-1234567"},
    }


def _lists(now: datetime) -> dict[str, Any]:
    listed = cases(now, 22)
    return {
        "cases": listed,
        "page": SimpleNamespace(rows=listed, next="n", previous="p"),
        "views": [
            {"label": "全部", "url": "#", "count": 128, "active": True},
            {"label": "今天到期", "url": "#", "count": 6},
            {"label": "已超期", "url": "#", "count": 3},
            {"label": "我退回的", "url": "#"},
        ],
        "chips": [{"label": "状态：办理中", "url": "#"}, {"label": "东园街道", "url": "#"}],
        "tabs": [
            {"label": "经过", "url": "#", "active": True, "count": 4},
            {"label": "时限", "url": "#"},
            {"label": "材料", "url": "#", "count": 2},
        ],
        "crumbs": [{"label": "台账", "url": "#"}, {"label": "2026-004101"}],
        "steps": ["什么事", "在哪里", "照片", "怎么联系", "确认"],
        "facts": [
            {"label": "登记渠道", "value": "网上"},
            {"label": "类别", "value": "市政设施 / 井盖"},
            {"label": "地点", "value": "槐园小区北门"},
            {"label": "并单", "value": None},
        ],
    }


def context(now: datetime, face: str) -> dict[str, Any]:
    """Everything that the style sheet's pages show. `face`: staff or public."""
    return {
        **_frame(face),
        **_lists(now),
        "now": now,
        "states": STATES,
        "dues": [(level, text, now + timedelta(hours=hours)) for level, text, hours in DUES],
        "next_year": now + timedelta(days=60),
        "timeline": _timeline(now),
        "tiers": _tiers(now),
        "verbs": _verbs(),
        "holder": {"unit": "城管执法局", "person": "周明远"},
        "next_due": {"text": "超期 3 小时", "moment": now - timedelta(hours=3), "level": "late", "why_url": "#"},
        "form": Ask(),
        "wrong": _wrong_form(),
        "figures": _figures(),
        "long": LONG,
        "icons": sorted(icons.names()),
        "colours": tokens(),
        "problem": {
            "code": "case.not_yours",
            "message": "这件事项现由城管执法局周明远办理。",
            "todo": "请联系承办人，或请派单台转办。",
            "mender": "派单台可以帮您。",
            "each": [],
        },
    }
