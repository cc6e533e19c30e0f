//! Answers against the schemas of the standards they claim to speak; see `tests/fixtures`.

use std::path::Path;

use boon::{Compiler, Draft, SchemaIndex, Schemas};
use serde_json::Value;

/// The schemas of one standard.
pub struct Standard {
    schemas: Schemas,
    compiler: Compiler,
}

fn read(file: &Path) -> Value {
    let text = std::fs::read(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    serde_json::from_slice(&text).expect("a schema")
}

impl Standard {
    /// HSDS 3.1; schemas are named as in its folder, such as `service` or `compiled/service_list`.
    pub fn hsds() -> Standard {
        let mut standard = Standard::new(Draft::V2020_12);
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/hsds-3.1");
        for below in ["", "compiled"] {
            for entry in std::fs::read_dir(folder.join(below)).expect("schemas") {
                let file = entry.expect("entry").path();
                if file.extension().is_some_and(|end| end == "json") {
                    let name = file.strip_prefix(&folder).expect("below").to_string_lossy().into_owned();
                    let url = format!("https://schemas.example/{name}");
                    standard.compiler.add_resource(&url, read(&file)).expect("a schema");
                }
            }
        }
        standard
    }

    /// FHIR R4; schemas are named by their resource.
    pub fn fhir() -> Standard {
        let mut standard = Standard::new(Draft::V6);
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/fhir-r4/fhir.schema.json");
        standard.compiler.add_resource("https://schemas.example/fhir", read(&file)).expect("a schema");
        standard
    }

    fn new(draft: Draft) -> Standard {
        let mut compiler = Compiler::new();
        compiler.set_default_draft(draft);
        compiler.enable_format_assertions();
        Standard { schemas: Schemas::new(), compiler }
    }

    fn index(&mut self, url: &str) -> SchemaIndex {
        self.compiler.compile(url, &mut self.schemas).unwrap_or_else(|e| panic!("{url}: {e:#}"))
    }

    /// Fails unless the record is what a schema file of HSDS says.
    #[track_caller]
    pub fn check(&mut self, name: &str, record: &Value) {
        let index = self.index(&format!("https://schemas.example/{name}.json"));
        if let Err(error) = self.schemas.validate(record, index) {
            panic!("not a {name}: {error:#}\n{record:#}");
        }
    }

    /// Fails unless the page is one of HSDS and each of its records what a schema says; gives the records.
    #[track_caller]
    pub fn check_page(&mut self, name: &str, page: &Value) -> Vec<Value> {
        let index = self.index("https://schemas.example/openapi.json#/components/schemas/Page");
        if let Err(error) = self.schemas.validate(page, index) {
            panic!("not a page: {error:#}\n{page:#}");
        }
        let fields =
            ["total_items", "total_pages", "page_number", "size", "first_page", "last_page", "empty"];
        assert!(fields.iter().all(|field| !page[field].is_null()), "{page:#}");
        let contents = page["contents"].as_array().expect("contents").clone();
        for record in &contents {
            self.check(name, record);
        }
        assert_eq!(page["size"], contents.len());
        contents
    }

    /// Fails unless the resource is what FHIR says of its type.
    #[track_caller]
    pub fn check_resource(&mut self, kind: &str, resource: &Value) {
        assert_eq!(resource["resourceType"], kind, "{resource:#}");
        let index = self.index(&format!("https://schemas.example/fhir#/definitions/{kind}"));
        if let Err(error) = self.schemas.validate(resource, index) {
            panic!("not a {kind}: {error:#}\n{resource:#}");
        }
    }
}

#[test]
fn the_schemas_refuse_what_is_not_of_the_standard() {
    use serde_json::json;
    let refuses = |check: &dyn Fn()| std::panic::catch_unwind(std::panic::AssertUnwindSafe(check)).is_err();
    let service =
        json!({ "id": "6d3bb2a4-4a3f-4c3a-9a5c-8a1d3f1b2c3d", "name": "Albergue", "status": "active" });
    Standard::hsds().check("service", &service);
    for (field, bad) in
        [("status", json!("open")), ("id", json!("1")), ("name", Value::Null), ("phones", json!([{}]))]
    {
        let mut broken = service.clone();
        broken[field] = bad;
        assert!(refuses(&|| Standard::hsds().check("service", &broken)), "{field}");
    }
    let task = json!({ "resourceType": "Task", "status": "requested", "intent": "order" });
    Standard::fhir().check_resource("Task", &task);
    for (field, bad) in
        [("status", json!("sent")), ("surprise", json!(1)), ("authoredOn", json!("yesterday"))]
    {
        let mut broken = task.clone();
        broken[field] = bad;
        assert!(refuses(&|| Standard::fhir().check_resource("Task", &broken)), "{field}");
    }
}
