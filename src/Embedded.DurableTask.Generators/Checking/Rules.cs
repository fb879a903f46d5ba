using Microsoft.CodeAnalysis;

namespace Embedded.DurableTask.Generators.Checking;

/// <summary>What is reported. DURABLE3001 to 3005 are those of Microsoft.DurableTask.Generators.</summary>
static class Rules
{
    public static readonly DiagnosticDescriptor InvalidTaskName = Rule(
        "DURABLE3001",
        "Invalid task name",
        "The task name '{0}' is not a valid C# identifier, and the names of generated methods contain it");

    public static readonly DiagnosticDescriptor InvalidEventName = Rule(
        "DURABLE3002",
        "Invalid event name",
        "The event name '{0}' is not a valid C# identifier, and the names of generated methods contain it");

    public static readonly DiagnosticDescriptor DuplicateVersion = Rule(
        "DURABLE3003",
        "Duplicate task name and version",
        "Another class declares the task '{0}' in version '{1}'; a name may occur once per version");

    public static readonly DiagnosticDescriptor DuplicateInFunctions = Rule(
        "DURABLE3004",
        "Duplicate task name in a Functions app",
        "Another class or function has the task name '{0}'; in a Functions app a name may occur once, whatever the version");

    public static readonly DiagnosticDescriptor BlankVersion = Rule(
        "DURABLE3005",
        "Blank task version",
        "The version of the task '{0}' is blank; leave it out for a task without version");

    public static readonly DiagnosticDescriptor Unusable = Rule(
        "EMBEDDED3001",
        "Type out of reach of generated code",
        "Generated code cannot name '{0}': neither it nor a type around it may be generic, private, protected or file-local");

    static DiagnosticDescriptor Rule(string id, string title, string message)
        => new(id, title, message, "DurableTask.Design", DiagnosticSeverity.Error, isEnabledByDefault: true);
}
