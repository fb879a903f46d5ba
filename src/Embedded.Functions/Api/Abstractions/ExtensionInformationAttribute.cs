namespace Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

/// <summary>Names the host extension that an assembly of bindings needs.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public class ExtensionInformationAttribute : Attribute
{
    public ExtensionInformationAttribute(string extensionPackage, string extensionVersion)
        : this(extensionPackage, extensionVersion, enableImplicitRegistration: false)
    {
    }

    public ExtensionInformationAttribute(string extensionPackage, string extensionVersion, bool enableImplicitRegistration)
    {
        ExtensionPackage = extensionPackage;
        ExtensionVersion = extensionVersion;
        EnableImplicitRegistration = enableImplicitRegistration;
    }

    public string ExtensionPackage { get; }

    public string ExtensionVersion { get; }

    public bool EnableImplicitRegistration { get; }
}
