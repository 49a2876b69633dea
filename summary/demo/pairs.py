"""Goods that truly sell together in the demo shop, planted so that mining has something true to find."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pair:
    """Who takes `first` also takes `second` with `chance`."""

    first: str
    second: str
    chance: float


PAIRS = (
    Pair("Mi Goreng Sedaya 85 g", "Telur Ayam Curah", 0.30),
    Pair("Kopi Bubuk Tiga Rasa 165 g", "Gula Pasir Kemasan 1 kg", 0.34),
    Pair("Teh Celup Melati isi 25", "Gula Pasir Kemasan 1 kg", 0.28),
    Pair("Beras Setra Ramos 5 kg", "Minyak Goreng Kemasan 2 L", 0.30),
    Pair("Tepung Terigu Serbaguna 1 kg", "Margarin Serbaguna 200 g", 0.38),
    Pair("Roti Tawar Kupas", "Selai Kacang 340 g", 0.22),
    Pair("Bawang Merah", "Bawang Putih", 0.45),
    Pair("Popok Bayi Celana M isi 34", "Tisu Basah Bayi isi 50", 0.38),
    Pair("Pasta Gigi Mint Segar 190 g", "Sikat Gigi Dewasa Lembut", 0.26),
    Pair("Deterjen Bubuk Cuci Bersih 800 g", "Pewangi Pakaian 800 ml", 0.36),
    Pair("Sabun Cuci Piring Jeruk Nipis 700 ml", "Spons Cuci Piring", 0.24),
    Pair("Paracetamol 500 mg strip 10", "Vitamin C 50 mg strip 10", 0.28),
    Pair("Sirup Batuk Hijau Ekspeda 60 ml", "Permen Pelega Tenggorokan Mentapura isi 6", 0.32),
    Pair("Oralit 200 sachet", "Tablet Diare Atapul strip 6", 0.40),
    Pair("Amlodipine 5 mg strip 10", "Simvastatin 20 mg strip 10", 0.26),
    Pair("Povidone Iodine 10% 30 ml", "Kasa Steril 16x16 isi 16", 0.36),
    Pair("Alat Cek Gula Darah Glukosin", "Strip Gula Darah Glukosin isi 25", 0.60),
    Pair("Stopkontak", "Saklar", 0.50),
    Pair("Buku Tulis 38 lembar", "Pulpen Hitam", 0.34),
)
