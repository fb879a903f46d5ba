using Embedded.DurableTask.Generators.Reading;
using Microsoft.CodeAnalysis.CSharp;

namespace Embedded.DurableTask.Generators.Writing;

/// <summary>Pieces of C# that several methods need.</summary>
static class Literals
{
    public static string Quote(string value) => SymbolDisplay.FormatLiteral(value, quote: true);

    public static string Keyword(Reach reach) => reach == Reach.Public ? "public" : "internal";

    /// <summary>The input parameter: one that can be null can be left out.</summary>
    public static string Input(TaskClass task) => task.IsInputOptional ? $"{task.Input} input = default" : $"{task.Input} input";

    /// <summary>The options to pass on, with the task's version where the caller names none.</summary>
    public static string Options(TaskClass task, CallName call, string stamp)
        => call.StampsVersion ? $"{stamp}(options, {Quote(task.Version)})" : "options";
}
