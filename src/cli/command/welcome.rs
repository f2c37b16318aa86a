//! `practice` alone: the commands that matter where it was typed.

use crate::catalog::Role;
use crate::cli::context::Context;
use crate::cli::{CliError, ExitStatus, Global, ui};
use crate::coach;
use crate::config::Raw;

/// What a newcomer needs to know.
const NEW: &str = "\
Practise the Python that AI engineers use: solve exercises in your editor, see at once what differs.

  practice init my-practice    makes a folder with the exercises' starters
  cd my-practice
  practice watch               runs the exercise at hand whenever you save it

`practice list` shows what there is, `practice --help` all commands.
";

pub fn run(global: &Global) -> Result<ExitStatus, CliError> {
    let context = Context::load(global, Raw::default())?;
    if context.wants_workspace().is_err() {
        ui::print(NEW)?;
        return Ok(ExitStatus::Ok);
    }
    let pack = context.pack()?;
    let progress = context.ledger().read()?;
    let passed = pack.exercises.iter().filter(|exercise| progress.is_passed(exercise.uid.as_str())).count();
    let root = context.settings.workspace.as_deref().unwrap_or(&context.current);
    let mut text = format!("{passed} of {} exercises passed in {}\n", pack.exercises.len(), root.display());
    if let Some(first) = coach::suggestions(&pack, &progress, None::<Role>).first() {
        let line = format!("Next: {}: {} ({})", first.exercise.id, first.exercise.title, first.why);
        text.push_str(&format!("{}\n", ui::fitted(&line)));
    }
    text.push_str(
        "\n  practice watch     runs the exercise at hand whenever you save it\n  practice status    shows how far you \
         are\n  practice --help    shows all commands\n",
    );
    ui::print(&text)?;
    Ok(ExitStatus::Ok)
}
