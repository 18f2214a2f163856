use graph_sim::*; use model::resource_types::*; use model::time::Moment;
fn main(){ let now=Moment::parse("2026-11-20T09:00:00Z").unwrap();
 let t=std::time::Instant::now(); let s=generate(1,Size{policies:5000,groups:2000},now); eprintln!("generate {:?}",t.elapsed());
 let t=std::time::Instant::now(); let h=history(&s,1,6,now); eprintln!("history {} {:?}",h.len(),t.elapsed());
 for k in all(){ for id in s.ids(&k.key){ println!("{}\t{}\t{}",k.key,k.entity_type,s.object(&k.key,&id).unwrap().to_text()); } } }
