"""The three levels in words."""

from __future__ import annotations

from stationapp.domain.organisation import Level

LEVELS = {Level.COUNTY: "县级", Level.TOWNSHIP: "乡镇", Level.VILLAGE: "村级"}
GO_TO = {
    Level.VILLAGE: "请申请人到所在村的便民服务室办理。",
    Level.TOWNSHIP: "请申请人到所在乡镇的便民服务中心办理。",
}
