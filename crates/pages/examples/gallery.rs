//! Writes every example of every page into a folder that a browser can open: `cargo run -p pages --example gallery -- OUTDIR`.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let Some(folder) = env::args().nth(1) else {
        return Err(io::Error::other("say where to: cargo run -p pages --example gallery -- OUTDIR"));
    };
    let folder = Path::new(&folder);
    fs::create_dir_all(folder.join("assets"))?;
    for asset in pages::assets() {
        fs::write(folder.join(asset.path.trim_start_matches('/')), asset.bytes)?;
    }
    let samples = pages::all_samples();
    let mut index = String::from("<!doctype html><title>Gallery</title><h1>Gallery</h1><ul>");
    for sample in &samples {
        let file = format!("{}--{}.html", sample.page, sample.name);
        // Links to the assets become relative, so that the folder works without a server.
        fs::write(folder.join(&file), sample.html.replace("=\"/assets/", "=\"assets/"))?;
        index.push_str(&format!("<li><a href=\"{file}\">{} – {}</a></li>", sample.page, sample.name));
    }
    index.push_str("</ul>");
    fs::write(folder.join("index.html"), index)?;
    println!("{} pages in {}", samples.len(), folder.display());
    Ok(())
}
