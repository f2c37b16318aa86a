//! Landlock: which files a case may touch, decided once more by the kernel, whatever is mounted.

use std::path::Path;

use landlock::{
    ABI, Access, AccessFs, BitFlags, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset, RulesetAttr,
    RulesetCreated, RulesetCreatedAttr, RulesetError, Scope,
};

/// The oldest interface that will do; without it there is no wall. What newer ones add is used where it is there.
const NEEDED: ABI = ABI::V1;
const WANTED: ABI = ABI::V6;

/// Rules under which files below `read` may be read and run, those below `write` changed as well; `devices` are files that
/// may be read and written. What does not exist is left out. Nothing else can be opened, and no signal or abstract socket
/// leaves the case.
pub fn rules(read: &[&Path], write: &[&Path], devices: &[&Path]) -> Result<RulesetCreated, RulesetError> {
    let needed = AccessFs::from_all(NEEDED);
    let all = AccessFs::from_all(WANTED) & !AccessFs::IoctlDev;
    let ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(needed)?
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(all)?
        .scope(Scope::AbstractUnixSocket | Scope::Signal)?;
    let devices_too = AccessFs::MakeChar | AccessFs::MakeBlock;
    let look: BitFlags<AccessFs> = AccessFs::from_read(WANTED);
    let mut created = ruleset.create()?;
    for (paths, access) in
        [(read, look), (write, all & !devices_too), (devices, AccessFs::ReadFile | AccessFs::WriteFile)]
    {
        for path in paths {
            if let Ok(fd) = PathFd::new(path) {
                // A rule about a file cannot speak of folders; the crate leaves out what does not apply.
                created = created.add_rule(PathBeneath::new(fd, access))?;
            }
        }
    }
    Ok(created)
}
