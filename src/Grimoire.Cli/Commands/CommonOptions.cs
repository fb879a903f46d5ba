using System.CommandLine;

namespace Grimoire.Cli.Commands;

/// <summary>Arguments and options that several commands have, made anew for each.</summary>
static class CommonOptions
{
    public static Argument<string> CastId() => new("castId") { Description = "The id of a cast." };

    public static Argument<string> CookId() => new("cookId") { Description = "The id of a cook." };

    public static Argument<string[]> Files(string what) => new("files") { Description = what, Arity = ArgumentArity.OneOrMore };

    public static Option<string> Inputs() => new("--inputs") { Description = "Inputs: a file, JSON, or - for what is piped in.", HelpName = "file|json|-" };

    public static Option<string[]> Input() => new("--input")
    {
        Description = "An input. The value is JSON if it can be, else text. May be repeated.", HelpName = "name=value",
    };

    public static Option<decimal?> Budget() => new("--budget") { Description = "What it may cost, in USD.", HelpName = "usd" };

    public static Option<bool> Watch() => new("--watch", "-w") { Description = "Stay, show what happens, and end as it ends." };

    public static Option<string> Idempotency() => new("--idempotency-key")
    {
        Description = "With the same key the same command starts nothing again. Without one it has a key of its own.", HelpName = "key",
    };

    public static Option<string> Reason() => new("--reason") { Description = "Why; it is kept.", HelpName = "text" };

    public static Option<string> Status(params string[] known)
    {
        var option = new Option<string>("--status") { Description = $"Only those: {string.Join(", ", known)}; several with commas.", HelpName = "status" };
        option.CompletionSources.Add(known);
        return option;
    }

    public static Option<int?> Top() => new("--top") { Description = "How many at most [default: 50].", HelpName = "n" };

    public static Option<bool> All() => new("--all") { Description = "All of them, however many there are." };

    public static Option<string> Text(string name, string description, string helpName) => new(name) { Description = description, HelpName = helpName };

    /// <summary>How many are wanted; null for all.</summary>
    public static int? Wanted(Session session, Option<int?> top, Option<bool> all) =>
        session.Get(all) ? null : session.Get(top) is { } number ? number > 0 ? number : throw CliException.Usage("--top has to be 1 or more.") : 50;
}
