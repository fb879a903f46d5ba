namespace Grimoire.Cli.Tests.Support;

/// <summary>A test that needs a terminal, which "script" of util-linux makes; without it, skipped with that reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class TerminalFactAttribute : FactAttribute
{
    public TerminalFactAttribute()
    {
        if (!File.Exists("/usr/bin/script"))
        {
            Skip = "There is no 'script' of util-linux, which makes a terminal.";
        }
    }
}
