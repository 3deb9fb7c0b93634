//! Names of nobody in particular: common first names and surnames, drawn apart.

use crate::random::Stream;

const FIRST: [&str; 40] = [
    "Anna", "Ben", "Carla", "David", "Elena", "Felix", "Greta", "Hugo", "Ida", "Jonas", "Klara", "Luca", "Marie",
    "Nico", "Olga", "Paul", "Rosa", "Simon", "Tara", "Victor", "Amira", "Bruno", "Chloe", "Dario", "Emma", "Finn",
    "Gloria", "Henri", "Irene", "Jan", "Kim", "Lena", "Milan", "Nora", "Oscar", "Petra", "Ravi", "Sofia", "Tom",
    "Yara",
];

const LAST: [&str; 48] = [
    "Adler", "Bauer", "Costa", "Dubois", "Ebert", "Fischer", "Garcia", "Huber", "Ivanov", "Jansen", "Keller", "Lopez",
    "Martin", "Novak", "Olsen", "Petit", "Quinn", "Rossi", "Schmidt", "Torres", "Ullrich", "Vogel", "Weber", "Young",
    "Zimmer", "Arnold", "Bakker", "Colombo", "De Vries", "Esposito", "Ferrari", "Gruber", "Hofmann", "Jung", "Koch",
    "Lang", "Meyer", "Nguyen", "Ortega", "Peters", "Ricci", "Santos", "Thomas", "Usher", "Visser", "Wagner", "Yilmaz",
    "Ziegler",
];

const TRADES: [&str; 20] = [
    "Bakery",
    "Logistics",
    "Foods",
    "Timber",
    "Textiles",
    "Software",
    "Printing",
    "Clinic",
    "Garden",
    "Steel",
    "Furniture",
    "Optics",
    "Motors",
    "Chemicals",
    "Hotels",
    "Farms",
    "Roofing",
    "Electrics",
    "Packaging",
    "Tools",
];

/// Shops that take cards.
pub(crate) const SHOPS: [&str; 20] = [
    "Corner Grocery",
    "City Market",
    "Green Pharmacy",
    "Harbour Cafe",
    "North Fuel",
    "Old Town Books",
    "Station Kiosk",
    "Sunrise Bakery",
    "The Shoe Box",
    "Union Cinema",
    "West End Sports",
    "River Restaurant",
    "Online Bazaar",
    "Daily Coffee",
    "Home and Garden",
    "Toy Corner",
    "Bike Works",
    "Flower Stall",
    "Fresh Fish",
    "Metro Tickets",
];

/// Those who collect by direct debit, and for what.
pub(crate) const COLLECTORS: [(&str, &str); 8] = [
    ("Municipal Power", "Electricity"),
    ("Water Works", "Water"),
    ("Speed Telecom", "Telephone and internet"),
    ("Mutual Health", "Health insurance"),
    ("Fit Club", "Membership"),
    ("Stream and Play", "Subscription"),
    ("Transit Authority", "Monthly pass"),
    ("Charity Fund", "Donation"),
];

pub(crate) fn person(stream: &mut Stream) -> String {
    format!("{} {}", stream.pick(&FIRST), stream.pick(&LAST))
}

pub(crate) fn company(stream: &mut Stream) -> String {
    format!("{} {}", stream.pick(&LAST), stream.pick(&TRADES))
}
