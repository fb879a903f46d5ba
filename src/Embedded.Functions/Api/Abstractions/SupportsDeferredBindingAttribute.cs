namespace Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

/// <summary>Marks a converter that fetches its input itself, from a reference that the host hands over.</summary>
[AttributeUsage(AttributeTargets.Class)]
public class SupportsDeferredBindingAttribute : Attribute
{
}
