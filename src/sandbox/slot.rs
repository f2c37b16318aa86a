//! The process that runs the cases of one slot, one after the other. A fork of the warden.

use std::fs::Permissions;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use rustix::process::{Gid, Pid, Uid};
use rustix::thread::{LinkNameSpaceType, UnshareFlags, move_into_link_name_space};

use super::cell::Cell;
use super::cgroup::Group;
use super::confine::Confinement;
use super::network::Network;
use super::processor::Processor;
use super::protocol::{Reply, Setup};
use super::run::{self, Stopped};
use super::seccomp::{self, Allow};
use super::steps::Steps;
use super::warm::{Admission, Nest};
use super::{Mode, frame, landlock, processes, root, streams, sys, warden, warm};
use crate::model::{Job, Sockets};

/// The user that a program is, in the user namespace of its slot.
pub const USER: u32 = 1000;

/// What is in a namespace besides the program: its first process, the slot's own, and some to spare.
const OTHER_PROCESSES: u64 = 16;

/// A slot's state between cases.
pub struct Slot {
    pub setup: Setup,
    /// The folder of this slot on disk, in modes without a root of their own.
    folder: PathBuf,
    cases: u64,
    pub group: Option<Group>,
    pub filter: Vec<libc::sock_filter>,
    /// The user and group that programs become, in mode `bare` as root: one that has nothing else on this machine.
    pub user: Option<u32>,
    /// How many processes and threads the user of programs may have, as the kernel counts them.
    pub processes: u64,
    namespaces: Option<Namespaces>,
    /// Where it stays, if it has a processor of its own.
    processor: Option<Processor>,
    /// One socket a runtime, on which its zygote takes admissions; empty without warm interpreters.
    zygotes: Vec<OwnedFd>,
    nests: Vec<Option<Nest>>,
    /// Why there is no nest, by runtime.
    refused: Vec<Option<String>>,
}

/// The slot's own namespaces.
struct Namespaces {
    user: OwnedFd,
    network: Network,
    /// The mount namespace that the slot started in.
    base: OwnedFd,
    /// One mount namespace a runtime, with its root, made when it is first needed.
    roots: Vec<Option<OwnedFd>>,
    /// Which of them this process is in.
    current: Option<usize>,
}

impl Slot {
    /// The slot of this number; as root, `users` is the first of the numbers that slots have as users.
    pub fn new(
        setup: Setup,
        number: u32,
        users: Option<u32>,
        group: Option<Group>,
        zygotes: Vec<OwnedFd>,
    ) -> io::Result<Slot> {
        let runtimes = setup.runtimes.len();
        let namespaces = match setup.mode.has_namespaces() {
            true => Some(Namespaces::enter(users.map_or(0, |_| number + 1), runtimes)?),
            false => None,
        };
        let folder = setup.folder.join(format!("slot{number}-{}", std::process::id()));
        let user = users.map(|first| first + number + 1);
        let user = user.filter(|_| setup.mode == Mode::Bare && anybody_can_reach(&setup));
        let others = match (setup.mode, user) {
            // Of the machine's user, who has other processes, too, those of other cases among them; what one case has
            // is watched besides.
            (Mode::Bare, None) => processes::of_user()? + 3 * streams::MOST_PROCESSES as u64,
            _ => OTHER_PROCESSES,
        };
        let allow = Allow { own: namespaces.is_some(), memfd: group.is_some() };
        let filter = if setup.mode == Mode::None { Vec::new() } else { seccomp::filter(allow) };
        Ok(Slot {
            folder,
            user,
            processes: others + streams::MOST_PROCESSES as u64,
            // Where the slot itself is what ends programs that take too much, it has to find a processor whatever they do.
            processor: Processor::of(number, setup.slots, &setup.folder).filter(|_| setup.mode == Mode::Full),
            setup,
            cases: 0,
            group,
            filter,
            namespaces,
            zygotes,
            nests: (0..runtimes).map(|_| None).collect(),
            refused: vec![None; runtimes],
        })
    }

    /// Which runtime a job is for.
    fn runtime(&self, job: &Job) -> io::Result<usize> {
        let found = self.setup.runtimes.iter().position(|one| one.python == job.python && one.preload == job.preload);
        found.ok_or_else(|| io::Error::other(format!("{} was not named when the run began", job.python.display())))
    }

    /// A fresh cell for a case of this runtime.
    pub fn cell(&mut self, runtime: usize, bytes: u64, files: u64, steps: &mut Steps) -> io::Result<Option<Cell>> {
        let Some(namespaces) = &mut self.namespaces else { return Ok(None) };
        namespaces.settle(&self.setup, runtime)?;
        let handed_on = namespaces.network.unused()?;
        let is_new = handed_on.is_none();
        let cell = Cell::new(bytes, files, handed_on, steps)?;
        if is_new {
            namespaces.network.keep(cell.network())?;
        }
        Ok(Some(cell))
    }

    /// Sockets in the network of a case.
    pub fn sockets(&self, cell: Option<&Cell>, which: Sockets) -> io::Result<Vec<OwnedFd>> {
        match (&self.namespaces, cell) {
            (Some(namespaces), Some(cell)) => namespaces.network.sockets(cell.network(), which),
            _ => Err(io::Error::other(format!(
                "this case needs a network of its own, which mode `{}` does not have: `practice doctor` tells what would \
                 give more",
                self.setup.mode
            ))),
        }
    }

    /// The nest of a runtime, for one case: asked for if there is none. `None` where cases run cold, the error says why
    /// they do although they should not.
    pub fn take_nest(&mut self, runtime: usize, hash_seed: u32, runner: &UnixStream) -> Result<Option<Nest>, String> {
        let (Some(namespaces), Some(zygote)) = (&self.namespaces, self.zygotes.get(runtime)) else { return Ok(None) };
        // The seed of hashes is fixed when an interpreter starts.
        if hash_seed != 0 {
            return Ok(None);
        }
        if let Some(why) = &self.refused[runtime] {
            return Err(why.clone());
        }
        match self.nests[runtime].take() {
            Some(nest) if nest.is_worn() => nest.retire(),
            Some(nest) => return Ok(Some(nest)),
            None => {}
        }
        let members = self.group.as_ref().map(Group::members).unwrap_or_default();
        let members: Vec<_> = members.iter().map(|file| file.as_fd()).collect();
        let filter: String = seccomp::bytes(&self.filter).iter().map(|byte| format!("{byte:02x}")).collect();
        let processor = self.processor.map(|processor| processor.number);
        let admission = Admission { user: USER, filter: &filter, processor };
        let opened = Nest::open(zygote.as_fd(), namespaces.user.as_fd(), &members, &admission, runner.as_fd());
        opened.map(Some).map_err(|error| {
            self.refused[runtime] = Some(error.to_string());
            error.to_string()
        })
    }

    /// Gives a nest back after its case. One that failed is not given back.
    pub fn put_nest(&mut self, runtime: usize, nest: Nest) {
        self.nests[runtime] = Some(nest);
    }

    /// The files that a program may touch, when its folder is `case`.
    pub fn rules(&self, runtime: usize, case: &Path) -> io::Result<Option<::landlock::RulesetCreated>> {
        let devices = root::DEVICES.map(|name| Path::new("/dev").join(name));
        let devices: Vec<&Path> = devices.iter().map(PathBuf::as_path).collect();
        let rules = match self.setup.mode {
            Mode::None => return Ok(None),
            Mode::Full | Mode::User => landlock::rules(&[Path::new("/")], &[case], &devices),
            Mode::Bare => {
                let mut read: Vec<&Path> = root::SYSTEM.iter().chain(&root::TOP).map(Path::new).collect();
                let runtime = self.setup.runtimes.get(runtime);
                read.extend(runtime.iter().flat_map(|one| &one.folders).map(PathBuf::as_path));
                let driver = self.folder.join("driver");
                read.push(&driver);
                read.extend(["/proc/cpuinfo", "/proc/meminfo", "/etc/passwd", "/etc/localtime"].map(Path::new));
                landlock::rules(&read, &[case], &devices)
            }
        };
        rules.map(Some).map_err(|error| io::Error::other(format!("Landlock: {error}")))
    }

    /// Where the driver is, as a program sees it.
    pub fn driver(&self) -> PathBuf {
        match self.namespaces {
            Some(_) => PathBuf::from(root::DRIVER),
            None => self.folder.join("driver"),
        }
    }

    /// A confinement with what is the same for all cases of the slot.
    pub fn confinement(&self) -> Confinement {
        Confinement {
            filter: self.filter.clone(),
            user: self.user,
            processor: self.processor,
            ..Confinement::default()
        }
    }

    /// Does what a case needs, without a program: what cannot be had here shows now.
    pub fn rehearse(&mut self) -> io::Result<()> {
        if self.setup.runtimes.is_empty() {
            return Ok(());
        }
        let mut cell = self.cell(0, 1 << 20, 64, &mut Steps::new(false))?;
        let case = cell.as_ref().map_or_else(|| self.folder.clone(), Cell::folder);
        let rules = self.rules(0, &case)?;
        if let Some(group) = &self.group {
            group.begin(1 << 30, 64)?;
        }
        // The wall is put up for good, in a child that ends at once.
        let (mut confinement, work) = (self.confinement(), case);
        confinement.rules = rules;
        confinement.work =
            if cell.is_some() { PathBuf::from(root::CASE) } else { work.parent().map_or(work.clone(), Path::to_owned) };
        confinement.namespaces = entered(cell.as_ref())?;
        if let Some(group) = &self.group {
            confinement.members = group.members().iter().map(|file| file.try_clone()).collect::<io::Result<_>>()?;
        }
        let tried = confinement.rehearse();
        if let Some(cell) = &mut cell {
            cell.end()?;
        }
        tried
    }
}

impl Namespaces {
    /// Becomes user `number` of the warden's namespace, and makes the slot's own.
    fn enter(number: u32, runtimes: usize) -> io::Result<Namespaces> {
        let (uid, gid) = (Uid::from_raw(number), Gid::from_raw(number));
        rustix::thread::set_thread_res_gid(gid, gid, gid)?;
        rustix::thread::set_thread_res_uid(uid, uid, uid)?;
        // The change of users took it away, and with it the right to write our own maps.
        rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::Dumpable)?;
        sys::leave(UnshareFlags::NEWUSER | UnshareFlags::NEWNS | UnshareFlags::NEWNET)?;
        fs_err::write("/proc/self/setgroups", "deny")?;
        fs_err::write("/proc/self/uid_map", format!("{USER} {number} 1"))?;
        fs_err::write("/proc/self/gid_map", format!("{USER} {number} 1"))?;
        Ok(Namespaces {
            user: warm::user_namespace()?,
            network: Network::new()?,
            base: open("/proc/self/ns/mnt")?,
            roots: (0..runtimes).map(|_| None).collect(),
            current: None,
        })
    }

    /// Goes to the root of a runtime, which is built the first time.
    fn settle(&mut self, setup: &Setup, runtime: usize) -> io::Result<()> {
        if self.current == Some(runtime) {
            return Ok(());
        }
        self.current = None;
        match &self.roots[runtime] {
            Some(root) => move_into_link_name_space(root.as_fd(), Some(LinkNameSpaceType::Mount))?,
            None => {
                move_into_link_name_space(self.base.as_fd(), Some(LinkNameSpaceType::Mount))?;
                sys::leave(UnshareFlags::NEWNS)?;
                root::enter(&warden::plan(setup, &setup.runtimes[runtime]))?;
                self.roots[runtime] = Some(open("/proc/self/ns/mnt")?);
            }
        }
        self.current = Some(runtime);
        Ok(())
    }
}

/// Descriptors of the namespaces that a program of `cell` enters.
pub fn entered(cell: Option<&Cell>) -> io::Result<Vec<OwnedFd>> {
    cell.map(Cell::entered).unwrap_or_default().iter().map(OwnedFd::try_clone).collect()
}

fn open(path: &str) -> io::Result<OwnedFd> {
    Ok(fs_err::File::open(path)?.into_parts().0.into())
}

/// Whether somebody without rights can run the interpreters: none of the folders above is closed to others.
fn anybody_can_reach(setup: &Setup) -> bool {
    let open = |path: &Path| fs_err::metadata(path).is_ok_and(|about| about.permissions().mode() & 0o001 != 0);
    let folders = setup.runtimes.iter().flat_map(|runtime| &runtime.folders).chain([&setup.folder]);
    let mut above = folders.flat_map(|folder| folder.ancestors().skip(1));
    above.all(open) && setup.runtimes.iter().all(|runtime| open(&runtime.python))
}

/// Runs jobs from the runner until it goes away.
pub fn main(mut slot: Slot, mut runner: UnixStream) -> io::Result<()> {
    if slot.namespaces.is_none() {
        rustix::process::set_child_subreaper(Pid::from_raw(1))?;
        let driver = slot.driver();
        fs_err::create_dir_all(&driver)?;
        if slot.user.is_some() {
            for folder in [&slot.setup.folder, &slot.folder] {
                fs_err::set_permissions(folder, Permissions::from_mode(0o711))?;
            }
            // Python lists the folders that it imports from.
            fs_err::set_permissions(&driver, Permissions::from_mode(0o755))?;
        }
        for (name, text) in run::DRIVER_FILES {
            fs_err::write(driver.join(name), text)?;
        }
    }
    slot.processor = slot.processor.filter(Processor::stay);
    let served = serve(&mut slot, &mut runner);
    if slot.namespaces.is_none() {
        processes::kill_all()?;
        remove(&slot.folder)?;
    }
    served
}

fn serve(slot: &mut Slot, runner: &mut UnixStream) -> io::Result<()> {
    while let Some(job) = frame::read::<Job>(runner)? {
        let case = slot.folder.join(format!("case{}", slot.cases));
        slot.cases += 1;
        let ran = slot.runtime(&job).map_err(Stopped::Fault).and_then(|runtime| {
            if slot.namespaces.is_none() {
                fs_err::create_dir(&case)?;
            }
            run::run(slot, runtime, &job, &case, runner)
        });
        let reply = match ran {
            Ok(facts) => Reply::Done(Box::new(facts)),
            Err(Stopped::Fault(error)) => {
                if slot.namespaces.is_none() {
                    processes::kill_all()?;
                }
                Reply::Fault(error.to_string())
            }
            Err(Stopped::RunnerGone) => return Ok(()),
        };
        frame::write(runner, &reply)?;
        // After the reply, so that the next case's preparation in the runner overlaps with it.
        if slot.namespaces.is_none() {
            remove(&case)?;
        }
    }
    Ok(())
}

/// Removes a folder that a hostile program had the run of, also where it took away its own permissions.
pub fn remove(folder: &Path) -> io::Result<()> {
    if fs_err::remove_dir_all(folder).is_ok() {
        return Ok(());
    }
    for entry in walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok) {
        if entry.file_type().is_dir() {
            // A folder whose mode cannot be changed fails the removal below, which is reported.
            let _ = fs_err::set_permissions(entry.path(), Permissions::from_mode(0o700));
        }
    }
    match fs_err::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
