using System.ComponentModel;

namespace Grimoire.Cli;

/// <summary>What the command says with its end. docs/cli.md has the same table.</summary>
enum ExitCode
{
    [Description("done; of what was watched: completed")]
    Done = 0,

    [Description("the cast or cook has failed; of `health`: degraded")]
    Failed = 1,

    [Description("wrong usage: arguments, options, settings, a file that is not there")]
    Usage = 2,

    [Description("not valid: a spell, a tool, inputs, a table of pieces")]
    Invalid = 3,

    [Description("not allowed: no key, a wrong one, or one that may not do that (401, 403)")]
    NotAllowed = 4,

    [Description("not found (404, 410)")]
    NotFound = 5,

    [Description("a conflict or a limit: it has ended already, it was changed, too many at once (409, 412, 429)")]
    Conflict = 6,

    [Description("the app cannot be reached, does not answer in time, answers 5xx or nonsense; of `health`: down")]
    Unavailable = 7,

    [Description("the cast or cook was cancelled")]
    Cancelled = 8,

    [Description("a file or folder on this machine cannot be read or written")]
    LocalFile = 9,

    [Description("a defect of the command itself; what it says is worth a report")]
    Defect = 70,

    [Description("Ctrl-C: watching has ended, what was watched goes on")]
    Interrupted = 130,
}
