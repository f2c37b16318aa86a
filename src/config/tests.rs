#![expect(clippy::unwrap_used, reason = "a failing test may panic")]
use super::*;

fn layer(text: &str, origin: Origin, base: &str) -> Layer {
    Layer { raw: toml::from_str(text).unwrap(), origin, base: PathBuf::from(base) }
}

fn check(layers: &[Layer]) -> Result<Settings, ConfigError> {
    resolve(layers, None, Path::new("/w"), Path::new("/cache"))
}

#[test]
fn the_nearest_layer_wins_and_is_named() {
    let user = Origin::File("/u/config.toml".into());
    let layers = [layer("jobs = 3\nsolutions = 'mine'", user.clone(), "/u"), layer("jobs = 5", Origin::Flag, "/here")];
    let settings = check(&layers).unwrap();
    assert_eq!(settings.jobs, Sourced { value: 5, origin: Origin::Flag });
    assert_eq!(settings.solutions, Sourced { value: "/u/mine".into(), origin: user });
    assert_eq!(settings.exercises, Sourced { value: None, origin: Origin::Default });
    assert_eq!(settings.environments.value, PathBuf::from("/cache"));
}

#[test]
fn values_out_of_range_name_their_origin() {
    let error = check(&[layer("jobs = 0", Origin::Variable("PRACTICE_JOBS"), "/")]).unwrap_err();
    assert_eq!(error.to_string(), "jobs = `0` (from PRACTICE_JOBS): write a number from 1 to 256");
    assert!(check(&[layer("limits.time-factor = 1000.0", Origin::Flag, "/")]).is_err());
}
