"""BACI's archives in small, for tests of the store."""

import io
import zipfile

HEAD = "t,i,j,k,v,q\n"
ROWS = "2023,579,752,10121,12.345,0.5\n2023,579,752,280469,1000.001,          NA\n"
PATH = "/DATA_DOWNLOAD/baci/data/BACI_HS92_V202601.zip"


def packed(files: dict[str, str]) -> bytes:
    """A zip that is the same bytes for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 20, 12, 0, 0)), text)
    return out.getvalue()


def baci(rows: str = ROWS, year: int = 2023, release: str = "202601") -> bytes:
    """One year of BACI HS92."""
    return packed(
        {
            f"BACI_HS92_Y{year}_V{release}.csv": HEAD + rows,
            f"product_codes_HS92_V{release}.csv": 'code,description\n010121,"Horses: live"\n',
            "Readme.txt": "BACI",
        }
    )


def rows(vintage, table: str = "flows") -> list[tuple]:
    """Every row of a vintage's table, sorted."""
    import duckdb

    files = [str(f) for f in vintage.files(table)]
    return duckdb.sql(f"SELECT * FROM read_parquet({files}) ORDER BY ALL").fetchall()
